-- Write all of cot_log.event, in order, as text that every PostgreSQL version reads.
COPY (SELECT district, position, stream, stream_version, event_id, type, schema_version, recorded_at, occurred_on, effective_from, comes_later, fact_position, precision, actor, source, subjects, content, data, leaf_hash
      FROM cot_log.event ORDER BY district, position) TO STDOUT
