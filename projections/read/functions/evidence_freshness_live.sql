-- The live ratings and their evidence of all districts as they look today, with the owner's rights. Where a fact that was recorded
-- ahead has come due since the rows were stored, they are computed instead, at the position the stored ones have.
CREATE OR REPLACE FUNCTION cot_projection.evidence_freshness_live() RETURNS SETOF cot_projection.evidence_freshness_answer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH standing AS MATERIALIZED (
        SELECT c.district, c.generation, c.position, c.next_effective, l.clock,
               cot_projection.today(c.district) AS today,
               cot_projection.position_time(c.district, c.position) AS recorded_at
        FROM cot_projection.checkpoint c
        JOIN cot_log.log l ON l.district = c.district
        WHERE c.projection = 'evidence_freshness' AND c.state = 'live'
    )
    SELECT t.district, t.about, t.indicator, t.dimension, t.level, t.rated_on, t.rubric_version, t.evidence,
           t.newest_evidence_on, t.oldest_evidence_on, t.sources, t.retracted_evidence, t.disputed_evidence, t.contested,
           t.rating_position, o.evidence_age_days, o.freshness,
           c.position, c.recorded_at, c.clock
    FROM standing c
    JOIN cot_projection.evidence_freshness t ON t.district = c.district AND t.generation = c.generation
    CROSS JOIN LATERAL cot_projection.evidence_freshness_on(
        ROW(t.district, t.key, t.about, t.indicator, t.dimension, t.level, t.rated_on, t.rubric_version,
        t.evidence, t.newest_evidence_on, t.oldest_evidence_on, t.sources, t.retracted_evidence, t.disputed_evidence, t.contested,
        t.rating_position
        )::cot_projection.evidence_freshness_row, c.position, c.today) o
    WHERE c.next_effective IS NULL OR c.next_effective > c.today
    UNION ALL
    SELECT r.district, r.about, r.indicator, r.dimension, r.level, r.rated_on, r.rubric_version, r.evidence,
           r.newest_evidence_on, r.oldest_evidence_on, r.sources, r.retracted_evidence, r.disputed_evidence, r.contested,
           r.rating_position, o.evidence_age_days, o.freshness,
           c.position, c.recorded_at, c.clock
    FROM standing c
    CROSS JOIN LATERAL cot_projection.evidence_freshness_rows(c.district, c.position, c.today, NULL) r
    CROSS JOIN LATERAL cot_projection.evidence_freshness_on(r, c.position, c.today) o
    WHERE c.next_effective <= c.today
$$;
-- Whoever reads the view must be allowed to execute this; by name analysts cannot reach it.
GRANT EXECUTE ON FUNCTION cot_projection.evidence_freshness_live() TO cot_analyst;
