-- The one view through which projections and deciders read: every document in its type's newest schema version.
-- `upcast` is the whole document where an upcaster changed it, else NULL: then `content` is current as it is.
CREATE VIEW cot_log.current_event AS
SELECT e.district, e.position, e.stream, e.stream_version, e.event_id, e.type, e.schema_version, e.recorded_at,
       e.occurred_on, e.effective_from, e.comes_later, e.fact_position, e.precision, e.actor,
       CASE WHEN e.type = 'ActivityPlanned' AND e.schema_version = 1
            THEN cot_log."ActivityPlanned_v1_v2"(e.data)
            ELSE e.data END AS data,
       e.source, e.subjects, e.content, e.leaf_hash,
       CASE WHEN e.type = 'ActivityPlanned' AND e.schema_version = 1
            THEN jsonb_set(convert_from(e.content, 'UTF8')::jsonb, '{data}',
                           cot_log."ActivityPlanned_v1_v2"(e.data))::text
            END AS upcast
FROM cot_log.event e;
COMMENT ON VIEW cot_log.current_event IS 'Events with their documents in the newest schema version.';
