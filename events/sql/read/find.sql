-- The events with these ids.
SELECT r.* FROM cot_log.readable_event r
WHERE r.district = %(district)s AND r.event_id = ANY (%(ids)s::uuid[])
ORDER BY r.position
