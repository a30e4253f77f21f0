-- What was known at a time: the last position recorded at or before it. Outcome: found | future | no_log.
-- For a time at or after the head's, the head row is taken FOR SHARE first: appends still under way are waited
-- for and later ones get a later time, so the answer can never change.
CREATE FUNCTION cot_log.position_known_at(
    p_district text, p_at timestamptz, OUT outcome text, OUT known_position bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_log cot_log.log%ROWTYPE;
    v_low bigint := 0;
    v_high bigint;
    v_middle bigint;
    v_recorded timestamptz;
BEGIN
    SELECT * INTO v_log FROM cot_log.log l WHERE l.district = p_district;
    IF NOT FOUND THEN
        outcome := 'no_log'; RETURN;
    END IF;
    IF p_at >= v_log.head_recorded_at THEN
        SELECT * INTO v_log FROM cot_log.log l WHERE l.district = p_district FOR SHARE;
        -- A simulated clock stands at the head, and what is asked of its present moment is answered, though a further
        -- event may get the same time: such a log proves nothing about times.
        IF p_at >= (CASE v_log.clock WHEN 'server' THEN clock_timestamp()
                    ELSE v_log.head_recorded_at + interval '1 microsecond' END) THEN
            outcome := 'future'; known_position := v_log.head_position; RETURN;
        END IF;
    END IF;
    -- Positions are dense and times never decrease: halving finds the place without an index on time.
    v_high := v_log.head_position;
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high + 1) / 2;
        SELECT e.recorded_at INTO v_recorded FROM cot_log.event e
        WHERE e.district = p_district AND e.position = v_middle;
        IF v_recorded <= p_at THEN v_low := v_middle; ELSE v_high := v_middle - 1; END IF;
    END LOOP;
    outcome := 'found'; known_position := v_low;
END
$$;
