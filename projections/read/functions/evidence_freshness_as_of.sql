-- The ratings and their evidence as known at a time and effective on a day, as they looked on that day. With the owner's rights,
-- because analysts may see neither the log nor the computed rows themselves.
CREATE OR REPLACE FUNCTION cot_read.evidence_freshness_as_of(
    p_district text, p_known_at timestamptz DEFAULT NULL, p_effective_on date DEFAULT NULL
) RETURNS SETOF cot_projection.evidence_freshness_answer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.district, r.about, r.indicator, r.dimension, r.level, r.rated_on, r.rubric_version, r.evidence,
           r.newest_evidence_on, r.oldest_evidence_on, r.sources, r.retracted_evidence, r.disputed_evidence, r.contested,
           r.rating_position, o.evidence_age_days, o.freshness,
           k.position, cot_projection.position_time(p_district, k.position), k.clock
    FROM (SELECT cot_projection.known_position(p_district, p_known_at) AS position, l.clock,
                 coalesce(p_effective_on, (p_known_at AT TIME ZONE l.time_zone)::date,
                          cot_projection.today(p_district)) AS day
          FROM cot_log.log l WHERE l.district = p_district
          UNION ALL
          -- A district without a log: let the question fail, instead of giving no rows.
          SELECT cot_projection.known_position(p_district, p_known_at), NULL, NULL
          WHERE NOT EXISTS (SELECT FROM cot_log.log l WHERE l.district = p_district)) k
    CROSS JOIN LATERAL cot_projection.evidence_freshness_rows(p_district, k.position, k.day, NULL) r
    CROSS JOIN LATERAL cot_projection.evidence_freshness_on(r, k.position, k.day) o
$$;
COMMENT ON FUNCTION cot_read.evidence_freshness_as_of IS
    'The view evidence_freshness as it was: known at a time (NULL: all that is known) and effective on a day (NULL: that time''s day).';
