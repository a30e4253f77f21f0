-- The leaf of one event: RFC 9162 leaf prefix, then tag, district, position, stream, stream version, recording
-- time in microseconds since 1970 (exact numeric arithmetic, no float) and the digest of the content.
-- STABLE, as the functions it is made of are: declared IMMUTABLE it could not be inlined into the append.
CREATE FUNCTION cot_log.leaf_hash(
    p_district text, p_position bigint, p_stream text, p_stream_version bigint,
    p_recorded_at timestamptz, p_content bytea
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(
        '\x00'::bytea
        || convert_to('cot-flows/leaf/v1', 'UTF8')
        || int4send(octet_length(convert_to(p_district, 'UTF8'))) || convert_to(p_district, 'UTF8')
        || int8send(p_position)
        || int4send(octet_length(convert_to(p_stream, 'UTF8'))) || convert_to(p_stream, 'UTF8')
        || int8send(p_stream_version)
        || int8send((extract(epoch FROM p_recorded_at) * 1000000)::bigint)
        || sha256(p_content)
    )
$$;
