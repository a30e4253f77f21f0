-- Read all of cot_log.event back, into an empty log.
COPY cot_log.event (district, position, stream, stream_version, event_id, type, schema_version, recorded_at, occurred_on, effective_from, comes_later, fact_position, precision, actor, source, subjects, content, data, leaf_hash) FROM STDIN
