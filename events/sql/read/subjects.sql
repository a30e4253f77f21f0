-- The events that concern any of the subjects, each once, in order, as known at a position.
SELECT r.* FROM cot_log.readable_event r
WHERE r.district = %(district)s AND r.position = ANY (ARRAY(
    SELECT s.position FROM cot_log.event_subject s
    WHERE s.district = %(district)s AND s.subject = ANY (%(subjects)s::text[])
      AND s.position <= coalesce(%(up_to)s::bigint, 9223372036854775807)))
ORDER BY r.position
