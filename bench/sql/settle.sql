-- What the server does by itself after a while: statistics, and pages marked as visible to all.
VACUUM (ANALYZE) cot_log.event, cot_log.event_subject, cot_log.event_personal
