-- The position that a question "as known at" means; NULL asks for all that is known now. Raises for a district
-- without a log and for a time to come. Takes no lock, so that it works in the read-only sessions of analysts:
-- for a time after the last event the answer is the position it names, and that position is what to quote.
CREATE OR REPLACE FUNCTION cot_projection.known_position(p_district text, p_known_at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_log cot_log.log%ROWTYPE;
BEGIN
    SELECT * INTO v_log FROM cot_log.log l WHERE l.district = p_district;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'district % has no log: choose one of cot_read.districts', p_district
            USING ERRCODE = 'no_data_found';
    END IF;
    IF p_known_at > greatest(v_log.head_recorded_at, CASE v_log.clock WHEN 'server' THEN now() END) THEN
        RAISE EXCEPTION '% has not come yet by the clock of %: ask for an earlier time', p_known_at, p_district
            USING ERRCODE = 'datetime_field_overflow';
    END IF;
    IF p_known_at IS NULL OR p_known_at >= v_log.head_recorded_at THEN
        RETURN v_log.head_position;
    END IF;
    RETURN (SELECT k.known_position FROM cot_log.position_known_at(p_district, p_known_at) k);
END
$$;
