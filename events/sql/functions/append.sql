-- The way into the log (cot_log.append_one is its short form for one event): lock the district's head, check, number, hash and store, in one round trip.
--
-- p_streams/p_expected: streams concerned and their expected versions (NULL: any). A stream without events is a
-- fence: its version is checked, nothing is added. p_stream_of[i] is the 1-based index into p_streams of event i.
-- p_corrects: the facts that events of this append correct, or NULL when none does.
-- p_personal: array of {"event": i (1-based), "field", "salt" (hex), "value"}.
-- p_unless_*: store only if no event of these types concerns this subject after this position.
-- p_at: the recording time, for logs with a simulated clock only.
--
-- Answer: of new events the first position (the others follow it), of known ones each.
-- Every refusal is an outcome, not an exception, and stores nothing:
-- appended | known | partly_known | wrong_version | condition_failed | no_log | clock_ahead | time_refused | unknown_fact
CREATE FUNCTION cot_log.append(
    p_district text, p_streams text[], p_expected bigint[], p_ids uuid[], p_stream_of integer[],
    p_contents bytea[], p_corrects uuid[], p_personal jsonb, p_at timestamptz,
    p_unless_subject text, p_unless_types text[], p_unless_after bigint,
    OUT outcome text, OUT positions bigint[], OUT recorded_at timestamptz, OUT detail jsonb
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- Planned once a session, always by index: planning anew for each call would cost more than the call, and a plan
-- made while the log was small must not scan it when it has grown.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_log cot_log.log%ROWTYPE;
    v_versions bigint[];
    v_count CONSTANT integer := coalesce(array_length(p_ids, 1), 0);
    v_today date;
BEGIN
    -- This lock makes the district serial: positions are given and made visible in the same order, so a reader
    -- that has seen position n can never miss a smaller one. It is held to the end of the caller's transaction.
    SELECT * INTO v_log FROM cot_log.log l WHERE l.district = p_district FOR UPDATE;
    IF NOT FOUND THEN
        outcome := 'no_log'; RETURN;
    END IF;

    -- The id check comes before the version check: a repeated call must get its first result again. Ids are looked
    -- up one by one and in the order of their index, which leaves the planner no other way: a young log has no
    -- statistics yet, and by equality alone all indexes would look alike to it.
    SELECT array_agg(e.position ORDER BY i.n), min(e.recorded_at) INTO positions, recorded_at
    FROM unnest(p_ids) WITH ORDINALITY AS i (id, n)
    CROSS JOIN LATERAL (
        SELECT f.position, f.recorded_at FROM cot_log.event f
        WHERE f.district = p_district AND f.event_id >= i.id AND f.event_id <= i.id
        ORDER BY f.event_id LIMIT 1) e;
    IF positions IS NOT NULL THEN
        outcome := CASE WHEN array_length(positions, 1) = v_count THEN 'known' ELSE 'partly_known' END;
        detail := jsonb_build_object('known', array_length(positions, 1), 'given', v_count);
        RETURN;
    END IF;

    SELECT array_agg(v.actual ORDER BY v.n),
           jsonb_agg(jsonb_build_object('stream', v.stream, 'expected', v.expected, 'actual', v.actual) ORDER BY v.n)
               FILTER (WHERE v.expected <> v.actual) -> 0
    INTO v_versions, detail
    FROM (SELECT s.n, s.stream, s.expected, coalesce((
              SELECT e.stream_version FROM cot_log.event e WHERE e.district = p_district AND e.stream = s.stream
              ORDER BY e.stream_version DESC LIMIT 1), 0) AS actual
          FROM unnest(p_streams, p_expected) WITH ORDINALITY AS s (stream, expected, n)
          OFFSET 0) v; -- kept apart: pulled up, the look-up of the version would run once for each mention of it
    IF detail IS NOT NULL THEN
        outcome := 'wrong_version'; RETURN;
    END IF;

    IF p_unless_subject IS NOT NULL THEN
        SELECT jsonb_build_object('subject', p_unless_subject, 'position', e.position, 'type', e.type) INTO detail
        FROM (SELECT x.position FROM cot_log.event_subject x
              WHERE x.district = p_district AND x.subject >= p_unless_subject AND x.subject <= p_unless_subject
                AND x.position > p_unless_after
              ORDER BY x.subject, x.position OFFSET 0) s
        CROSS JOIN LATERAL (
            SELECT f.position, f.type FROM cot_log.event f
            WHERE f.district = p_district AND f.position >= s.position AND f.position <= s.position
            ORDER BY f.position LIMIT 1) e
        WHERE e.type = ANY (p_unless_types)
        ORDER BY e.position LIMIT 1;
        IF FOUND THEN
            outcome := 'condition_failed'; RETURN;
        END IF;
    END IF;

    IF p_corrects IS NOT NULL THEN
        SELECT jsonb_build_object('corrects', c.id) INTO detail FROM unnest(p_corrects) AS c (id)
        WHERE (SELECT e.position FROM cot_log.event e
               WHERE e.district = p_district AND e.event_id >= c.id AND e.event_id <= c.id
               ORDER BY e.event_id LIMIT 1) IS NULL
        LIMIT 1;
        IF FOUND THEN
            outcome := 'unknown_fact'; RETURN;
        END IF;
    END IF;

    IF v_log.clock = 'server' THEN
        IF p_at IS NOT NULL THEN
            outcome := 'time_refused';
            detail := jsonb_build_object('clock', 'server'); RETURN;
        END IF;
        recorded_at := greatest(v_log.head_recorded_at, clock_timestamp());
        IF recorded_at > clock_timestamp() + interval '2 minutes' THEN
            outcome := 'clock_ahead';
            detail := jsonb_build_object('head', v_log.head_recorded_at, 'server', clock_timestamp()); RETURN;
        END IF;
    ELSE
        IF p_at IS NULL OR p_at < v_log.head_recorded_at THEN
            outcome := 'time_refused';
            detail := jsonb_build_object('clock', 'simulated', 'head', v_log.head_recorded_at, 'given', p_at); RETURN;
        END IF;
        recorded_at := p_at;
    END IF;

    outcome := 'appended';
    positions := ARRAY[v_log.head_position + 1];
    IF v_count = 0 THEN
        RETURN;
    END IF;
    v_today := (recorded_at AT TIME ZONE v_log.time_zone)::date;
    -- The document is taken apart once (OFFSET 0 keeps it so), and the events are stored before their subjects, which
    -- are then all that is carried over.
    WITH stored AS (
        INSERT INTO cot_log.event (
            district, position, stream, stream_version, event_id, type, schema_version, recorded_at, occurred_on,
            effective_from, comes_later, fact_position, precision, actor, source, subjects, content, data, leaf_hash
        )
        SELECT p_district, g.position, g.stream, g.stream_version, g.id, g.doc ->> 'type',
               (g.doc ->> 'schema_version')::integer, append.recorded_at, (g.doc ->> 'occurred_on')::date,
               (g.doc ->> 'effective_from')::date, (g.doc ->> 'effective_from')::date > v_today,
               CASE WHEN p_corrects IS NULL OR g.doc ->> 'corrects' IS NULL THEN g.position ELSE (
                   SELECT e.fact_position FROM cot_log.event e
                   WHERE e.district = p_district AND e.event_id >= (g.doc ->> 'corrects')::uuid
                     AND e.event_id <= (g.doc ->> 'corrects')::uuid
                   ORDER BY e.event_id LIMIT 1
               ) END,
               g.doc ->> 'precision', g.doc ->> 'actor', g.doc ->> 'source',
               ARRAY(SELECT jsonb_array_elements_text(g.doc -> 'subjects')), g.content, g.doc -> 'data',
               cot_log.leaf_hash(p_district, g.position, g.stream, g.stream_version, append.recorded_at, g.content)
        FROM (
            SELECT i.id, v_log.head_position + i.n AS position, p_streams[i.stream_of] AS stream,
                   v_versions[i.stream_of] + row_number() OVER (PARTITION BY i.stream_of ORDER BY i.n) AS stream_version,
                   i.content, convert_from(i.content, 'UTF8')::jsonb AS doc
            FROM unnest(p_ids, p_stream_of, p_contents) WITH ORDINALITY AS i (id, stream_of, content, n)
            OFFSET 0
        ) AS g
        RETURNING position, subjects
    )
    INSERT INTO cot_log.event_subject (district, subject, position)
    SELECT p_district, s.subject, e.position FROM stored e CROSS JOIN LATERAL unnest(e.subjects) AS s (subject);
    IF p_personal IS NOT NULL THEN
        INSERT INTO cot_log.event_personal (district, position, field, salt, value)
        SELECT p_district, v_log.head_position + v.event, v.field, decode(v.salt, 'hex'), v.value
        FROM jsonb_to_recordset(p_personal) AS v (event integer, field text, salt text, value text);
    END IF;
    UPDATE cot_log.log l SET head_position = v_log.head_position + v_count, head_recorded_at = append.recorded_at
    WHERE l.district = p_district;
END
$$;
