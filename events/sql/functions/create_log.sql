-- Begin a district's log. The clock and the time zone are fixed for good. Outcome: created | exists | differs.
CREATE FUNCTION cot_log.create_log(
    p_district text, p_clock text, p_time_zone text, p_at timestamptz, OUT outcome text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM now() AT TIME ZONE p_time_zone;
    INSERT INTO cot_log.log (district, clock, time_zone, head_recorded_at, created_at)
    VALUES (p_district, p_clock, p_time_zone, coalesce(p_at, clock_timestamp()), clock_timestamp())
    ON CONFLICT (district) DO NOTHING;
    IF FOUND THEN
        outcome := 'created';
    ELSIF EXISTS (SELECT FROM cot_log.log l
                  WHERE l.district = p_district AND l.clock = p_clock AND l.time_zone = p_time_zone) THEN
        outcome := 'exists';
    ELSE
        outcome := 'differs';
    END IF;
END
$$;
