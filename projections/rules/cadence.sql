-- Cadence: once in every period, each unit between two stages, or the whole district, is due for a review. A unit that has
-- ended is not. Parameters: period (month or quarter), subject (unit or district), first_stage and last_stage for units. The cause is
-- the period itself; the days until it is due are counted from the period's end.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today
), period AS (
    SELECT CASE g.p ->> 'period' WHEN 'month' THEN to_char(g.today, 'YYYY-MM') ELSE to_char(g.today, 'YYYY-"Q"Q') END AS period,
           (date_trunc(g.p ->> 'period', g.today::timestamp) + CASE g.p ->> 'period'
                WHEN 'month' THEN interval '1 month' ELSE interval '3 months' END)::date - 1 AS last_day
    FROM given g
)
SELECT 'unit:' || u.unit AS about, d.period AS cause_key, 'Review of ' || u.unit || ' for ' || d.period AS title,
       jsonb_build_array(jsonb_build_object('position', u.last_event_position,
           'shows', u.unit || ' stands in stage ' || u.stage || ' in ' || d.period)) AS facts,
       d.last_day AS due_basis
FROM given g CROSS JOIN period d
CROSS JOIN LATERAL cot_projection.unit_progress_rows(%(district)s, %(position)s, g.today, NULL) u
WHERE g.p ->> 'subject' = 'unit' AND u.staged AND u.stage BETWEEN g.p ->> 'first_stage' AND g.p ->> 'last_stage'
  AND u.ended_on IS NULL AND NOT u.holds @> g.today
UNION ALL
SELECT 'district:all', d.period, 'Stewardship review of the district for ' || d.period,
       jsonb_build_array(jsonb_build_object('position', greatest(%(position)s::bigint, 1), 'shows', d.period || ' is under way')),
       d.last_day
FROM given g CROSS JOIN period d WHERE g.p ->> 'subject' = 'district'
ORDER BY 1
