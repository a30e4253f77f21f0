-- The floor of every read: count the events of the log by one sequential scan.
SELECT count(*) FROM cot_log.event
