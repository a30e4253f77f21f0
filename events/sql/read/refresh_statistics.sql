-- Bring the planner's statistics of the log up to date.
SELECT cot_log.refresh_statistics()
