-- Today in a district: by the server's clock in the district's time zone, or, where the log's clock is simulated,
-- the day of its last event. Never before the last event's day: facts of that day count on it.
-- SECURITY DEFINER, so that the views of analysts, who may not see the log, can ask.
CREATE OR REPLACE FUNCTION cot_projection.today(p_district text) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ((CASE l.clock WHEN 'server' THEN greatest(now(), l.head_recorded_at) ELSE l.head_recorded_at END)
            AT TIME ZONE l.time_zone)::date
    FROM cot_log.log l WHERE l.district = p_district
$$;
