-- The stored rows of a generation as they look on a day: some keys, or all if NULL.
SELECT t.district, t.key, t.about, t.indicator, t.dimension, t.level, t.rated_on, t.rubric_version, t.evidence,
       t.newest_evidence_on, t.oldest_evidence_on, t.sources, t.retracted_evidence, t.disputed_evidence, t.contested,
       t.rating_position,
       o.evidence_age_days, o.freshness
FROM cot_projection.evidence_freshness t
CROSS JOIN LATERAL (SELECT
    ROW(t.district, t.key, t.about, t.indicator, t.dimension, t.level, t.rated_on, t.rubric_version, t.evidence,
        t.newest_evidence_on, t.oldest_evidence_on, t.sources, t.retracted_evidence, t.disputed_evidence, t.contested,
        t.rating_position)
    ::cot_projection.evidence_freshness_row AS whole) w
CROSS JOIN LATERAL cot_projection.evidence_freshness_on(w.whole, %(position)s, %(today)s) o
WHERE t.district = %(district)s AND t.generation = %(generation)s
  AND (%(keys)s::text[] IS NULL OR t.key = ANY (%(keys)s::text[]))
ORDER BY t.about, t.indicator
