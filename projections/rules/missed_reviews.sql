-- Missed reviews: so many reviews of a unit in a row lapsed without any being held between them. It goes before the
-- stewardship team, about the whole district: another review of the unit would only be missed as well. Parameters:
-- in_a_row. The cause is the first lapse in the row.
WITH scope AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    WHERE e.type IN ('ReviewScheduled', 'ReviewTriggered', 'ReviewHeld', 'ReviewLapsed')
), course AS (
    SELECT o.data ->> 'about' AS about, o.data ->> 'title' AS title, c.type, c.position, c.fact_position, c.effective_from,
           c.data ->> 'due_on' AS due_on
    FROM scope o JOIN scope c ON c.type IN ('ReviewHeld', 'ReviewLapsed') AND c.data ->> 'review' = o.data ->> 'review'
    WHERE o.type IN ('ReviewScheduled', 'ReviewTriggered') AND starts_with(o.data ->> 'about', 'unit:')
      AND substr(o.data ->> 'about', 6) NOT IN (
          SELECT unit FROM cot_projection.ended_units(%(district)s, %(position)s, %(today)s))
), missed AS (
    SELECT l.* FROM course l WHERE l.type = 'ReviewLapsed' AND NOT EXISTS (
        SELECT FROM course h WHERE h.type = 'ReviewHeld' AND h.about = l.about
        AND (h.effective_from, h.fact_position) > (l.effective_from, l.fact_position))
)
SELECT 'district:all' AS about, min(m.fact_position)::text AS cause_key,
       count(*) || ' reviews of ' || substr(m.about, 6) || ' in a row were not held' AS title,
       jsonb_agg(jsonb_build_object('position', m.position, 'shows',
           m.title || ': due on ' || m.due_on || ', lapsed on ' || m.effective_from) ORDER BY m.fact_position) AS facts,
       %(today)s::date AS due_basis
FROM missed m
GROUP BY m.about HAVING count(*) >= (%(parameters)s::jsonb ->> 'in_a_row')::integer
ORDER BY m.about
