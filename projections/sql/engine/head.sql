-- Where a district's log stands, and the day of its last event in the district's time zone.
SELECT l.head_position, (l.head_recorded_at AT TIME ZONE l.time_zone)::date AS head_day
FROM cot_log.log l WHERE l.district = %(district)s
