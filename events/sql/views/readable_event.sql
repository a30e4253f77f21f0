-- What the store reads: the current event with the personal values still on record, as one JSON text or NULL.
CREATE VIEW cot_log.readable_event AS
SELECT c.district, c.position, c.stream, c.stream_version, c.event_id, c.recorded_at, c.fact_position,
       c.content, c.leaf_hash, c.upcast,
       (SELECT jsonb_object_agg(p.field, jsonb_build_array(encode(p.salt, 'hex'), p.value))::text
        FROM cot_log.event_personal p
        WHERE p.district = c.district AND p.position = c.position) AS personal
FROM cot_log.current_event c;
COMMENT ON VIEW cot_log.readable_event IS 'Events as the store reads them, personal values joined.';
