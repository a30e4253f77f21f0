-- The rows as known at a position and effective by a day, as they looked on that day: some keys, or all if NULL.
SELECT r.district, r.key, r.about, r.indicator, r.dimension, r.level, r.rated_on, r.rubric_version, r.evidence,
       r.newest_evidence_on, r.oldest_evidence_on, r.sources, r.retracted_evidence, r.disputed_evidence, r.contested,
       r.rating_position,
       o.evidence_age_days, o.freshness
FROM cot_projection.evidence_freshness_rows(%(district)s, %(position)s, %(today)s, %(keys)s::text[]) r
CROSS JOIN LATERAL cot_projection.evidence_freshness_on(r, %(position)s, %(today)s) o
ORDER BY r.about, r.indicator
