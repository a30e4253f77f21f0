-- Activities completed: so many activities were completed in a unit, or in a dimension, since a review of it was last
-- held, that it is time to ask what was learned. Parameters: scope (unit or dimension), count. The cause is the first
-- completion that is counted. An activity counts for the units it was last given to; for the heir of one that had ended
-- by then. A unit that has ended since is reviewed no more.
WITH scope AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    WHERE e.type IN ('ActivityPlanned', 'ActivityReassigned', 'ActivityCompleted', 'ReviewScheduled', 'ReviewTriggered',
                     'ReviewHeld')
), told AS (
    -- One row an activity, in one pass: joined to itself, a log without statistics takes a time that grows with its square.
    SELECT s.data ->> 'activity' AS activity,
           (array_agg(s.data -> 'units' ORDER BY s.effective_from DESC, s.fact_position DESC)
               FILTER (WHERE s.type IN ('ActivityPlanned', 'ActivityReassigned')))[1] AS units,
           (array_agg(s.data ->> 'title' ORDER BY s.fact_position) FILTER (WHERE s.type = 'ActivityPlanned'))[1] AS title,
           (array_agg(s.data ->> 'dimension' ORDER BY s.fact_position) FILTER (WHERE s.type = 'ActivityPlanned'))[1] AS dimension,
           array_agg(s.fact_position ORDER BY s.fact_position) FILTER (WHERE s.type = 'ActivityCompleted') AS positions,
           array_agg(s.effective_from ORDER BY s.fact_position) FILTER (WHERE s.type = 'ActivityCompleted') AS days
    FROM scope s WHERE starts_with(s.type, 'Activity') GROUP BY 1
), heir AS MATERIALIZED (
    SELECT h.unit, h.heir, h.since, h.steps FROM cot_projection.unit_heirs(%(district)s, %(position)s, %(today)s) h
), ended AS MATERIALIZED (
    SELECT 'unit:' || e.unit AS about FROM cot_projection.unit_endings(%(district)s, %(position)s, %(today)s) e
), completed AS (
    SELECT c.position, c.effective_from, t.activity, t.title,
           CASE WHEN %(parameters)s::jsonb ->> 'scope' = 'unit' THEN 'unit:' || coalesce((
                    SELECT h.heir FROM heir h WHERE h.unit = u.unit AND h.since <= c.effective_from
                    ORDER BY h.steps DESC LIMIT 1), u.unit)
                ELSE 'dimension:' || t.dimension END AS about
    FROM told t CROSS JOIN LATERAL unnest(t.positions, t.days) AS c (position, effective_from)
    CROSS JOIN LATERAL jsonb_array_elements_text(t.units) AS u (unit)
    WHERE t.title IS NOT NULL
), once AS (
    SELECT DISTINCT c.about, c.activity, c.position, c.effective_from, c.title FROM completed c
), held AS (
    SELECT o.data ->> 'about' AS about, max(h.position) AS position
    FROM scope o JOIN scope h ON h.type = 'ReviewHeld' AND h.data ->> 'review' = o.data ->> 'review'
    WHERE o.type IN ('ReviewScheduled', 'ReviewTriggered') AND o.data ->> 'review_type' IN ('R4', 'R8') GROUP BY 1
)
SELECT c.about, min(c.position)::text AS cause_key,
       count(*) || ' activities completed in ' || c.about || ' since its last review' AS title,
       jsonb_agg(jsonb_build_object('position', c.position, 'shows', c.title || ', completed ' || c.effective_from)
                 ORDER BY c.position) AS facts,
       %(today)s::date AS due_basis
FROM once c LEFT JOIN held h ON h.about = c.about
WHERE c.position > coalesce(h.position, 0) AND c.about NOT IN (SELECT e.about FROM ended e)
GROUP BY c.about HAVING count(*) >= (%(parameters)s::jsonb ->> 'count')::integer
ORDER BY 1
