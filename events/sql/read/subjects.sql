-- The events that concern any of the subjects, each once, in order, as known at a position. Subjects and positions are
-- looked up one by one and in the order of their indexes: see the append function for why.
SELECT e.* FROM (
    SELECT DISTINCT s.position FROM unnest(%(subjects)s::text[]) AS w (subject)
    CROSS JOIN LATERAL (
        SELECT x.position FROM cot_log.event_subject x
        WHERE x.district = %(district)s AND x.subject >= w.subject AND x.subject <= w.subject
          AND x.position <= coalesce(%(up_to)s::bigint, 9223372036854775807)
        ORDER BY x.subject, x.position OFFSET 0) s) p
CROSS JOIN LATERAL (
    SELECT r.* FROM cot_log.readable_event r
    WHERE r.district = %(district)s AND r.position >= p.position AND r.position <= p.position
    ORDER BY r.position LIMIT 1) e
ORDER BY e.position
