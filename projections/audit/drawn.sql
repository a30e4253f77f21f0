-- The events at the positions of a sample.
SELECT e.position, e.event_id, e.type, e.actor, e.occurred_on, (e.recorded_at AT TIME ZONE l.time_zone)::date AS recorded_on
FROM cot_log.log l JOIN cot_log.event e ON e.district = l.district
WHERE l.district = %(district)s AND e.position = ANY (%(positions)s)
ORDER BY e.position
