-- Let the planner see what a bulk of appends has made of the log: on the statistics of a smaller one it would choose
-- plans that take minutes. Runs as the owner, who alone may analyse.
CREATE FUNCTION cot_log.refresh_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    ANALYZE cot_log.event, cot_log.event_subject;
END
$$;
