-- One page of a log for a bundle: each event as it was hashed, its leaf, and the personal values still on record, as an
-- array of field, salt in hex and value.
SELECT e.position, e.stream, e.stream_version, e.recorded_at, e.content, e.leaf_hash,
       (SELECT jsonb_agg(jsonb_build_array(p.field, encode(p.salt, 'hex'), p.value) ORDER BY p.field)
        FROM cot_log.event_personal p WHERE p.district = e.district AND p.position = e.position) AS personal
FROM cot_log.event e
WHERE e.district = %(district)s AND e.position > %(after)s::bigint AND e.position <= %(up_to)s::bigint
ORDER BY e.position LIMIT %(limit)s
