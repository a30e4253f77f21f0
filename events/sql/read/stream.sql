-- The events of one stream in order, as known at a position.
SELECT r.* FROM cot_log.readable_event r
WHERE r.district = %(district)s AND r.stream = %(stream)s
  AND r.position <= coalesce(%(up_to)s::bigint, 9223372036854775807)
ORDER BY r.stream_version
