-- What deciders fold of all events that concern a subject, in order, as known at a position; personal values are not
-- read. Looked up one by one in the order of the index: see the append function for why.
SELECT c.stream_version, c.position, c.fact_position, c.type, c.schema_version, c.actor, c.occurred_on,
       c.effective_from, c.data::text
FROM (
    SELECT x.position FROM cot_log.event_subject x
    WHERE x.district = %(district)s AND x.subject >= %(name)s AND x.subject <= %(name)s
      AND x.position <= coalesce(%(up_to)s::bigint, 9223372036854775807)
    ORDER BY x.subject, x.position OFFSET 0) p
CROSS JOIN LATERAL (
    SELECT e.* FROM cot_log.current_event e
    WHERE e.district = %(district)s AND e.position >= p.position AND e.position <= p.position
    ORDER BY e.position LIMIT 1) c
ORDER BY c.position
