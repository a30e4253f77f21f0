-- Overstay: a unit has been in its stage for more than so many percent of the days planned for that stage. Parameters:
-- planned_days by stage, percent. Days on hold do not count, and a unit on hold is left alone. The cause is the quarter.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today
), stage AS (
    SELECT DISTINCT ON (e.data ->> 'unit') e.data ->> 'unit' AS unit, e.position, e.effective_from AS entered_on,
           CASE e.type WHEN 'UnitRestarted' THEN 'S1' ELSE e.data ->> 'to_stage' END AS stage
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    WHERE e.type IN ('UnitStageEntered', 'UnitStageReverted', 'UnitRestarted')
    ORDER BY e.data ->> 'unit', e.effective_from DESC, e.fact_position DESC
)
SELECT 'unit:' || s.unit AS about, to_char(g.today, 'YYYY-"Q"Q') AS cause_key,
       s.unit || ' has been in ' || s.stage || ' for ' || d.days || ' days; ' || d.planned || ' were planned' AS title,
       jsonb_build_array(jsonb_build_object('position', s.position, 'shows',
           s.stage || ' entered on ' || s.entered_on || ', ' || d.days || ' days ago without those on hold; '
           || d.planned || ' were planned, a review asks after ' || (g.p ->> 'percent') || ' percent of them')) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN stage s
JOIN cot_projection.unit_progress_rows(%(district)s, %(position)s, %(today)s, NULL) u ON u.unit = s.unit
CROSS JOIN LATERAL (
    SELECT cot_projection.weighted_half_days(s.entered_on, g.today, '{}', u.holds) / 2 AS days,
           (g.p -> 'planned_days' ->> s.stage)::integer AS planned
) d
WHERE d.days * 100 > d.planned * (g.p ->> 'percent')::integer AND NOT u.holds @> g.today
  AND s.unit NOT IN (SELECT unit FROM cot_projection.ended_units(%(district)s, %(position)s, %(today)s))
ORDER BY 1
