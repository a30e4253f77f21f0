-- One page of the log as the invariant checker needs it: every column, and the personal values beside the log.
SELECT e.position, e.stream, e.stream_version, e.event_id, e.type, e.schema_version, e.recorded_at, e.occurred_on,
       e.effective_from, e.fact_position, e.precision, e.actor, e.source, e.subjects, e.content, e.leaf_hash,
       e.data::text AS data, c.upcast,
       e.comes_later = (e.effective_from > (e.recorded_at AT TIME ZONE l.time_zone)::date) AS comes_later_agrees,
       (SELECT jsonb_object_agg(p.field, jsonb_build_array(encode(p.salt, 'hex'), p.value))::text
        FROM cot_log.event_personal p WHERE p.district = e.district AND p.position = e.position) AS personal
FROM cot_log.event e JOIN cot_log.log l ON l.district = e.district
JOIN cot_log.current_event c ON c.district = e.district AND c.position = e.position
WHERE e.district = %(district)s AND e.position > %(after)s::bigint AND e.position <= %(up_to)s::bigint
ORDER BY e.position LIMIT %(limit)s
