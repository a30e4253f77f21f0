-- Measure below: the newest value of a measure, for all schools of a unit, a network or the district, is below a limit.
-- Parameters: measure, below (a decimal text). Values with too few behind them are never looked at. The cause is the
-- measurement: a corrected value is the same cause, the next period's another. With the parameter about, a dimension, the
-- review is about that instead of what was measured.
WITH newest AS (
    SELECT DISTINCT ON (m.about) m.*
    FROM cot_projection.measured(%(district)s, %(position)s, %(today)s, %(parameters)s::jsonb ->> 'measure') m
    WHERE m.school_group = 'all'
    ORDER BY m.about, m.period_to DESC, m.period_from DESC, m.fact_position DESC
)
SELECT coalesce(g.p ->> 'about', n.about) AS about, n.fact_position::text AS cause_key,
       left((g.p ->> 'measure') || ' of ' || n.about || ' is ' || n.value || ', below ' || (g.p ->> 'below'), 160) AS title,
       jsonb_build_array(jsonb_build_object('position', n.position, 'shows',
           (g.p ->> 'measure') || ' from ' || n.period_from || ' to ' || n.period_to || ': ' || n.value || ' (n = ' || n.n || ')')) AS facts,
       g.today AS due_basis
FROM (SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today) g CROSS JOIN newest n
WHERE n.value < (g.p ->> 'below')::numeric
ORDER BY 1, n.fact_position
