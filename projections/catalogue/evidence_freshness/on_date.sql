-- How old the newest evidence of a rating is on a day, and what that is called: fresh up to 90 days, warn up to 180,
-- then stale; none when no evidence of it stands. The limits are this project's defaults.
CREATE OR REPLACE FUNCTION cot_projection.evidence_freshness_on(
    p_row cot_projection.evidence_freshness_row, p_position bigint, p_today date
) RETURNS TABLE (evidence_age_days integer, freshness text) LANGUAGE sql STABLE AS $$
    SELECT a.days, CASE WHEN a.days IS NULL THEN 'none' WHEN a.days <= 90 THEN 'fresh' WHEN a.days <= 180 THEN 'warn' ELSE 'stale' END
    FROM (SELECT p_today - (p_row).newest_evidence_on AS days) a
$$;
