-- The heads of all logs, or of one.
SELECT l.district, l.head_position, l.head_recorded_at, l.clock, l.time_zone FROM cot_log.log l
WHERE %(district)s::text IS NULL OR l.district = %(district)s ORDER BY l.district
