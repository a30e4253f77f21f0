-- Equity gap: what a unit does for a school group falls short of what it does for the group it is compared with, in so
-- many months in a row, the newest among them. The parity ratio is the compared group's value over the group's where
-- lower is better, else the other way round. Parameters: measure, group, compared_with, ratio (a decimal text), months,
-- minimum_n for either group. Only values for whole months are compared. The cause is the first month's value of the group.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today, (%(parameters)s::jsonb ->> 'ratio')::numeric AS ratio
), monthly AS MATERIALIZED (
    SELECT m.*, extract(year FROM m.period_from)::integer * 12 + extract(month FROM m.period_from)::integer AS month
    FROM given g CROSS JOIN LATERAL cot_projection.measured(%(district)s, %(position)s, %(today)s, g.p ->> 'measure') m
    WHERE m.n >= (g.p ->> 'minimum_n')::integer AND m.value >= 0
      AND m.period_from = date_trunc('month', m.period_from::timestamp)::date
      AND m.period_to = (date_trunc('month', m.period_from::timestamp) + interval '1 month')::date - 1
), paired AS (
    -- The products are exact where a quotient would not be.
    SELECT a.about, a.month, a.period_from, a.fact_position, a.position, b.position AS compared_position, a.value, a.n,
           b.value AS compared_value, b.n AS compared_n,
           CASE a.better WHEN 'lower' THEN b.value < g.ratio * a.value ELSE a.value < g.ratio * b.value END AS unequal
    FROM given g
    JOIN monthly a ON a.school_group = g.p ->> 'group'
    JOIN monthly b ON b.school_group = g.p ->> 'compared_with' AND b.about = a.about AND b.month = a.month
), run AS (
    SELECT p.*, max(p.month) OVER (PARTITION BY p.about) AS newest,
           p.month - row_number() OVER (PARTITION BY p.about, p.unequal ORDER BY p.month) AS run
    FROM paired p
)
SELECT r.about, (array_agg(r.fact_position ORDER BY r.month))[1]::text AS cause_key,
       left((g.p ->> 'measure') || ' of ' || r.about || ' below ' || (g.p ->> 'ratio') || ' for ' || count(*) || ' months: '
            || (g.p ->> 'group') || ' against ' || (g.p ->> 'compared_with'), 160) AS title,
       jsonb_agg(jsonb_build_object('position', r.position, 'shows',
           to_char(r.period_from, 'YYYY-MM') || ': ' || (g.p ->> 'group') || ' ' || r.value || ' (n = ' || r.n || ')')
           ORDER BY r.month)
       || jsonb_agg(jsonb_build_object('position', r.compared_position, 'shows',
           to_char(r.period_from, 'YYYY-MM') || ': ' || (g.p ->> 'compared_with') || ' ' || r.compared_value
           || ' (n = ' || r.compared_n || ')') ORDER BY r.month) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN run r WHERE r.unequal
GROUP BY r.about, r.run, r.newest, g.p, g.today
HAVING count(*) >= (g.p ->> 'months')::integer AND max(r.month) = r.newest
ORDER BY 1
