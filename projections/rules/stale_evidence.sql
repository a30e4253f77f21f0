-- Stale evidence: several of a unit's key indicators (the twelve of the baseline) rest on evidence older than the limit.
-- A unit that has ended is reviewed no more.
-- Parameters: warn_days, fire_days, minimum_indicators. The cause is the oldest of these ratings.
SELECT f.about, min(f.rating_position)::text AS cause_key,
       count(*) || ' key indicators of ' || f.about || ' rest on stale evidence' AS title,
       jsonb_agg(jsonb_build_object('position', f.rating_position, 'shows',
           f.indicator || ': newest evidence ' || coalesce('of ' || f.newest_evidence_on, 'retracted')) ORDER BY f.rating_position) AS facts,
       g.today AS due_basis
FROM (SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today) g
CROSS JOIN LATERAL cot_projection.evidence_freshness_rows(%(district)s, %(position)s, g.today, NULL) f
LEFT JOIN cot_projection.unit_endings(%(district)s, %(position)s, g.today) e ON f.about = 'unit:' || e.unit
WHERE e.unit IS NULL AND starts_with(f.about, 'unit:')
  AND f.indicator IN ('D2.5', 'D3.1', 'D3.2', 'D3.3', 'D3.4', 'D3.5', 'D3.6', 'D3.7', 'D5.1', 'D5.2', 'D5.3', 'D5.4')
  AND (f.newest_evidence_on IS NULL OR g.today - f.newest_evidence_on > (g.p ->> 'fire_days')::integer)
GROUP BY f.about, g.p, g.today
HAVING count(*) >= (g.p ->> 'minimum_indicators')::integer
ORDER BY 1
