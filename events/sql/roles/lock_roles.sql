-- One set-up of roles at a time on this server (taken in the maintenance database, which all share).
SELECT pg_advisory_xact_lock(hashtextextended('cot-flows roles', 0))
