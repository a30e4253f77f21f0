-- The districts that have a log.
SELECT l.district, l.head_position FROM cot_log.log l ORDER BY l.district
