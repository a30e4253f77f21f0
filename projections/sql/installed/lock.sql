-- One installation at a time in the whole database: two that replace the same function would break each other.
SELECT pg_advisory_xact_lock(hashtextextended('cot_projection.installed', 0))
