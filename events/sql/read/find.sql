-- The events with these ids, each looked up in the order of the index of ids: see the append function for why.
SELECT e.* FROM unnest(%(ids)s::uuid[]) AS i (id)
CROSS JOIN LATERAL (
    SELECT r.* FROM cot_log.readable_event r
    WHERE r.district = %(district)s AND r.event_id >= i.id AND r.event_id <= i.id
    ORDER BY r.event_id LIMIT 1) e
ORDER BY e.position
