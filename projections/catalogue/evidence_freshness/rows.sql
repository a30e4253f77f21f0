-- The current rating of each subject and indicator with its evidence, from the events in scope.
CREATE OR REPLACE FUNCTION cot_projection.evidence_freshness_rows(
    p_district text, p_position bigint, p_effective date, p_keys text[]
) RETURNS SETOF cot_projection.evidence_freshness_row LANGUAGE sql STABLE AS $$
    SELECT p_district, r.about, r.about, r.indicator, substr(r.indicator, 2, 1)::integer, r.level, r.rated_on,
           r.rubric_version, r.evidence, r.newest_evidence_on, r.oldest_evidence_on, r.sources, r.retracted_evidence,
           r.disputed_evidence, r.retracted_evidence > 0 OR r.disputed_evidence > 0, r.rating_position
    FROM cot_projection.current_ratings(p_district, p_position, p_effective, p_keys) r
$$;
