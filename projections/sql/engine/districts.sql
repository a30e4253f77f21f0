-- All districts that have a log.
SELECT l.district FROM cot_log.log l ORDER BY l.district
