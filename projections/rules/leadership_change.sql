-- Leadership change: the head of one of the named units left, or another person chairs the stewardship team. Parameters:
-- unit (a unit's code, such as that of the cabinet), look_back_days, how long afterwards it is asked about. An acting head
-- who leaves is no such change. The cause is the event; it concerns the unit, or the whole district.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today
), scope AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    WHERE e.type IN ('UnitHeadAssigned', 'UnitHeadVacated', 'StewardshipTeamChartered')
), charter AS (
    SELECT s.*, lag(s.data ->> 'chair') OVER (ORDER BY s.effective_from, s.fact_position) AS chair_before
    FROM scope s WHERE s.type = 'StewardshipTeamChartered'
), change AS (
    SELECT 'unit:' || (s.data ->> 'unit') AS about, s.position, s.fact_position, s.effective_from,
           'The head of ' || (s.data ->> 'unit') || ' left' AS happened
    FROM given g JOIN scope s ON s.type = 'UnitHeadVacated' AND s.data ->> 'unit' = g.p ->> 'unit'
    WHERE EXISTS (SELECT FROM scope h WHERE h.type = 'UnitHeadAssigned' AND h.data ->> 'unit' = s.data ->> 'unit'
                  AND h.data ->> 'head' = s.data ->> 'head' AND NOT coalesce((h.data ->> 'acting')::boolean, false))
      AND s.data ->> 'unit' NOT IN (SELECT unit FROM cot_projection.ended_units(%(district)s, %(position)s, %(today)s))
    UNION ALL
    SELECT 'district:all', c.position, c.fact_position, c.effective_from, 'Another person chairs the stewardship team'
    FROM charter c WHERE c.data ->> 'chair' <> c.chair_before
)
SELECT c.about, c.fact_position::text AS cause_key, c.happened AS title,
       jsonb_build_array(jsonb_build_object('position', c.position, 'shows', c.happened || ' on ' || c.effective_from)) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN change c
WHERE c.effective_from > g.today - (g.p ->> 'look_back_days')::integer
ORDER BY 1, c.fact_position
