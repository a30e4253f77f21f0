-- Regression: the last change of an indicator's level was a fall. A correction is no fall: the levels are compared
-- as they count now, and a reaffirmed rating keeps its level. Parameters: minimum_fall in levels. A unit's rating concerns
-- the unit; one of a network or of the district concerns its dimension. A unit that has ended is reviewed no more. The
-- cause is the rating that fell.
WITH rating AS (
    SELECT e.position, e.fact_position, e.effective_from, e.data ->> 'about' AS about, e.data ->> 'indicator' AS indicator,
           (e.data ->> 'level')::integer AS level, lag((e.data ->> 'level')::integer) OVER w AS level_before
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    WHERE e.type IN ('IndicatorRated', 'RatingReaffirmed')
    WINDOW w AS (PARTITION BY e.data ->> 'about', e.data ->> 'indicator' ORDER BY e.effective_from, e.fact_position)
), change AS (
    -- Equal ratings after a fall do not hide it, whether or not anyone looked in between.
    SELECT DISTINCT ON (r.about, r.indicator) r.* FROM rating r WHERE r.level <> r.level_before
    ORDER BY r.about, r.indicator, r.effective_from DESC, r.fact_position DESC
)
SELECT CASE WHEN starts_with(r.about, 'unit:') THEN r.about ELSE 'dimension:' || substr(r.indicator, 2, 1) END AS about,
       r.fact_position::text AS cause_key, r.indicator || ' of ' || r.about || ' fell from ' || r.level_before || ' to ' || r.level AS title,
       jsonb_build_array(jsonb_build_object('position', r.position, 'shows',
           r.indicator || ' of ' || r.about || ' rated ' || r.level || ' from ' || r.effective_from || ', before ' || r.level_before)) AS facts,
       %(today)s::date AS due_basis
FROM change r
LEFT JOIN cot_projection.unit_endings(%(district)s, %(position)s, %(today)s) e ON r.about = 'unit:' || e.unit
WHERE e.unit IS NULL AND r.level_before - r.level >= (%(parameters)s::jsonb ->> 'minimum_fall')::integer
ORDER BY 1, 2
