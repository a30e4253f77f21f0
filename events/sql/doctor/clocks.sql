-- Logs with a server clock whose head lies ahead of it.
SELECT l.district, l.head_recorded_at, clock_timestamp() AS server FROM cot_log.log l
WHERE l.clock = 'server' AND l.head_recorded_at > clock_timestamp() + interval '2 minutes' ORDER BY l.district
