-- What deciders fold of one stream, in order, as known at a position; personal values are not read.
SELECT c.stream_version, c.position, c.fact_position, c.type, c.schema_version, c.actor, c.occurred_on,
       c.effective_from, c.data::text
FROM cot_log.current_event c
WHERE c.district = %(district)s AND c.stream = %(name)s
  AND c.position <= coalesce(%(up_to)s::bigint, 9223372036854775807)
ORDER BY c.stream_version
