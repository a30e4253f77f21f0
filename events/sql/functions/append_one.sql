-- The append of one event to one stream, which is what a person's command mostly is: the same checks and the same row
-- as cot_log.append, without the arrays, at half of its cost. It knows only how to accept; whatever is not the plain
-- case (the log unknown, the id known, another version, a correction, a time to be refused) is left to that function,
-- whose answer is given.
CREATE FUNCTION cot_log.append_one(
    p_district text, p_stream text, p_expected bigint, p_id uuid, p_content bytea, p_personal jsonb, p_at timestamptz,
    OUT outcome text, OUT positions bigint[], OUT recorded_at timestamptz, OUT detail jsonb
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- See cot_log.append for the reasons.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_log cot_log.log%ROWTYPE;
    v_known boolean;
    v_version bigint;
    v_doc jsonb;
    v_position bigint;
    v_effective date;
    v_subjects text[];
BEGIN
    -- The lock that makes the district serial; a call of cot_log.append below finds it held by its own transaction.
    SELECT * INTO v_log FROM cot_log.log l WHERE l.district = p_district FOR UPDATE;
    -- Looked up in the order of the indexes, for the reason given in cot_log.append; EXISTS would forget the order.
    SELECT (SELECT e.position FROM cot_log.event e
            WHERE e.district = p_district AND e.event_id >= p_id AND e.event_id <= p_id
            ORDER BY e.event_id LIMIT 1) IS NOT NULL,
           coalesce((SELECT e.stream_version FROM cot_log.event e
                     WHERE e.district = p_district AND e.stream = p_stream
                     ORDER BY e.stream_version DESC LIMIT 1), 0)
    INTO v_known, v_version;
    recorded_at := CASE WHEN v_log.clock = 'server' AND p_at IS NULL THEN clock_timestamp()
                        WHEN v_log.clock = 'simulated' THEN p_at END;
    v_doc := convert_from(p_content, 'UTF8')::jsonb;
    IF v_known OR v_version <> coalesce(p_expected, v_version) OR v_doc ->> 'corrects' IS NOT NULL
       OR (recorded_at >= v_log.head_recorded_at) IS NOT TRUE THEN
        SELECT a.outcome, a.positions, a.recorded_at, a.detail INTO outcome, positions, recorded_at, detail
        FROM cot_log.append(
            p_district, ARRAY[p_stream], ARRAY[p_expected], ARRAY[p_id], ARRAY[1], ARRAY[p_content],
            CASE WHEN v_doc ->> 'corrects' IS NOT NULL THEN ARRAY[(v_doc ->> 'corrects')::uuid] END,
            p_personal, p_at, NULL, NULL, NULL) AS a;
        RETURN;
    END IF;

    outcome := 'appended';
    v_position := v_log.head_position + 1;
    positions := ARRAY[v_position];
    v_effective := (v_doc ->> 'effective_from')::date;
    v_subjects := ARRAY(SELECT jsonb_array_elements_text(v_doc -> 'subjects'));
    INSERT INTO cot_log.event (
        district, position, stream, stream_version, event_id, type, schema_version, recorded_at, occurred_on,
        effective_from, comes_later, fact_position, precision, actor, source, subjects, content, data, leaf_hash
    ) VALUES (
        p_district, v_position, p_stream, v_version + 1, p_id, v_doc ->> 'type', (v_doc ->> 'schema_version')::integer,
        append_one.recorded_at, (v_doc ->> 'occurred_on')::date, v_effective,
        v_effective > (append_one.recorded_at AT TIME ZONE v_log.time_zone)::date, v_position,
        v_doc ->> 'precision', v_doc ->> 'actor', v_doc ->> 'source', v_subjects, p_content, v_doc -> 'data',
        cot_log.leaf_hash(p_district, v_position, p_stream, v_version + 1, append_one.recorded_at, p_content));
    INSERT INTO cot_log.event_subject (district, subject, position)
    SELECT p_district, s.subject, v_position FROM unnest(v_subjects) AS s (subject);
    IF p_personal IS NOT NULL THEN
        INSERT INTO cot_log.event_personal (district, position, field, salt, value)
        SELECT p_district, v_position, v.field, decode(v.salt, 'hex'), v.value
        FROM jsonb_to_recordset(p_personal) AS v (field text, salt text, value text);
    END IF;
    UPDATE cot_log.log l SET head_position = v_position, head_recorded_at = append_one.recorded_at
    WHERE l.district = p_district;
END
$$;
