-- One page of a district's log after a position.
SELECT r.* FROM cot_log.readable_event r
WHERE r.district = %(district)s AND r.position > %(after)s::bigint
ORDER BY r.position LIMIT %(limit)s
