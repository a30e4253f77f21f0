-- The only way by which a personal value leaves the log: append events that say what they withdraw, and remove those
-- values with their salts, in one transaction. Parameters and answer are those of cot_log.append, with two more
-- refusals: held (a legal hold covers one of the events) and not_on_record (a value named is not there).
CREATE FUNCTION cot_log.withdraw(
    p_district text, p_streams text[], p_expected bigint[], p_ids uuid[], p_stream_of integer[],
    p_contents bytea[], p_corrects uuid[], p_personal jsonb, p_at timestamptz,
    p_unless_subject text, p_unless_types text[], p_unless_after bigint,
    OUT outcome text, OUT positions bigint[], OUT recorded_at timestamptz, OUT detail jsonb
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
BEGIN
    -- Taken before looking, so that no hold is placed between the look and the removal.
    PERFORM FROM cot_log.log l WHERE l.district = p_district FOR UPDATE;
    IF NOT EXISTS (SELECT FROM cot_log.event e WHERE e.district = p_district AND e.event_id = ANY (p_ids)) THEN
        SELECT jsonb_build_object('position', n.position, 'event', n.id, 'field', n.field, 'hold', h.hold) INTO detail
        FROM (
            SELECT (x.named ->> 'event_id')::uuid AS id, f.field, t.position
            FROM unnest(p_contents) AS c (content)
            CROSS JOIN LATERAL jsonb_array_elements(
                convert_from(c.content, 'UTF8')::jsonb #> '{data,withdrawn}') AS x (named)
            CROSS JOIN LATERAL jsonb_array_elements_text(x.named -> 'fields') AS f (field)
            LEFT JOIN cot_log.event t ON t.district = p_district AND t.event_id = (x.named ->> 'event_id')::uuid
        ) AS n
        LEFT JOIN LATERAL (SELECT min(o.hold) AS hold FROM cot_log.holds_over(p_district, n.position) AS o (hold)) h ON true
        LEFT JOIN cot_log.event_personal p
            ON p.district = p_district AND p.position = n.position AND p.field = n.field
        WHERE h.hold IS NOT NULL OR p.position IS NULL
        ORDER BY h.hold IS NULL, n.position, n.field LIMIT 1;
        IF FOUND THEN
            outcome := CASE WHEN detail ->> 'hold' IS NULL THEN 'not_on_record' ELSE 'held' END; RETURN;
        END IF;
    END IF;
    SELECT a.outcome, a.positions, a.recorded_at, a.detail INTO outcome, positions, recorded_at, detail
    FROM cot_log.append(p_district, p_streams, p_expected, p_ids, p_stream_of, p_contents, p_corrects, p_personal, p_at,
                        p_unless_subject, p_unless_types, p_unless_after) AS a;
    IF outcome = 'appended' THEN
        DELETE FROM cot_log.event_personal p USING (
            SELECT t.position, f.field FROM cot_log.event w
            CROSS JOIN LATERAL jsonb_array_elements(w.data -> 'withdrawn') AS x (named)
            CROSS JOIN LATERAL jsonb_array_elements_text(x.named -> 'fields') AS f (field)
            JOIN cot_log.event t ON t.district = p_district AND t.event_id = (x.named ->> 'event_id')::uuid
            WHERE w.district = p_district AND w.event_id = ANY (p_ids)
        ) AS n
        WHERE p.district = p_district AND p.position = n.position AND p.field = n.field;
    END IF;
END
$$;
