-- Wait until no other session is at the work of this name, and be the one that is, until this session ends.
SELECT pg_advisory_lock(hashtextextended(%(name)s::text, 0))
