-- The last position recorded at or before a time.
SELECT outcome, known_position FROM cot_log.position_known_at(%(district)s, %(at)s::timestamptz)
