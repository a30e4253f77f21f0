-- Interruptions: one unit took time from partnerships with principals so many times within a window of days, counted
-- since an event-driven review of that unit was last held. Parameters: count, window_days. Interruptions that follow each
-- other within the window are one run; the cause is the first recorded of the run, so that it stays as the window moves.
-- With the parameter about, a dimension, the review is about that; one of them may have had other causes, so that it was held
-- does not begin the count anew: a run is then one cause until the unit itself is reviewed.
WITH given AS (
    SELECT %(today)s::date AS today, (%(parameters)s::jsonb ->> 'count')::integer AS fewest,
           (%(parameters)s::jsonb ->> 'window_days')::integer AS days, %(parameters)s::jsonb ->> 'about' AS about
), scope AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    WHERE e.type IN ('PartnershipInterrupted', 'ReviewTriggered', 'ReviewHeld')
), held AS (
    SELECT o.data ->> 'about' AS about, max(h.fact_position) AS held_at
    FROM scope o JOIN scope h ON h.type = 'ReviewHeld' AND h.data ->> 'review' = o.data ->> 'review'
    WHERE o.type = 'ReviewTriggered' AND o.data ->> 'review_type' = 'R6' GROUP BY 1
), counted AS (
    SELECT 'unit:' || (s.data ->> 'unit') AS about, s.position, s.fact_position, s.effective_from, s.data
    FROM scope s LEFT JOIN held h ON h.about = 'unit:' || (s.data ->> 'unit')
    WHERE s.type = 'PartnershipInterrupted' AND s.fact_position > coalesce(h.held_at, 0)
      AND s.data ->> 'unit' NOT IN (SELECT unit FROM cot_projection.ended_units(%(district)s, %(position)s, %(today)s))
), parted AS (
    SELECT c.*, c.effective_from - lag(c.effective_from) OVER w >= g.days AS begins FROM given g CROSS JOIN counted c
    WINDOW w AS (PARTITION BY c.about ORDER BY c.effective_from, c.fact_position)
), run AS (
    SELECT p.*, count(*) FILTER (WHERE p.begins) OVER (PARTITION BY p.about ORDER BY p.effective_from, p.fact_position) AS run
    FROM parted p
)
SELECT coalesce(g.about, r.about) AS about, min(r.fact_position)::text AS cause_key,
       substr(r.about, 6) || ' interrupted partnerships ' || count(*) FILTER (WHERE r.effective_from > g.today - g.days)
       || ' times in ' || g.days || ' days' AS title,
       jsonb_agg(jsonb_build_object('position', r.position, 'shows',
           (r.data ->> 'half_days_lost') || ' half days lost on ' || r.effective_from || ' to ' || (r.data ->> 'cause'))
           ORDER BY r.effective_from, r.fact_position) FILTER (WHERE r.effective_from > g.today - g.days) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN run r
GROUP BY r.about, r.run, g.fewest, g.days, g.about, g.today
HAVING count(*) FILTER (WHERE r.effective_from > g.today - g.days) >= g.fewest
ORDER BY 1, min(r.fact_position)
