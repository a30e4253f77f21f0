-- Gap widening: the difference between what a school group has and what the group it is compared with has grew by the set
-- amount from one period to the next, the newest. Where higher is better the gap is the compared group's value less the
-- group's, else the other way round. Parameters: measure, group, compared_with, amount (a decimal text), minimum_n for either
-- group. The cause is the newest value of the group.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today
), measured AS MATERIALIZED (
    SELECT m.* FROM given g
    CROSS JOIN LATERAL cot_projection.measured(%(district)s, %(position)s, %(today)s, g.p ->> 'measure') m
    WHERE m.n >= (g.p ->> 'minimum_n')::integer
), paired AS (
    SELECT a.about, a.period_from, a.period_to, a.position, a.fact_position, b.position AS compared_position, a.value, a.n,
           b.value AS compared_value, b.n AS compared_n,
           CASE a.better WHEN 'higher' THEN b.value - a.value ELSE a.value - b.value END AS gap
    FROM given g
    JOIN measured a ON a.school_group = g.p ->> 'group'
    JOIN measured b ON b.school_group = g.p ->> 'compared_with' AND b.about = a.about
                   AND b.period_from = a.period_from AND b.period_to = a.period_to
), stepped AS (
    SELECT p.*, lag(p.gap) OVER w AS gap_before, lag(p.position) OVER w AS position_before,
           lag(p.period_to) OVER w AS before_to, row_number() OVER (PARTITION BY p.about
               ORDER BY p.period_to DESC, p.period_from DESC, p.fact_position DESC) AS from_newest
    FROM paired p WINDOW w AS (PARTITION BY p.about ORDER BY p.period_to, p.period_from, p.fact_position)
)
SELECT s.about, s.fact_position::text AS cause_key,
       left((g.p ->> 'measure') || ' of ' || s.about || ': the gap of ' || (g.p ->> 'group') || ' to ' || (g.p ->> 'compared_with')
            || ' grew by ' || (s.gap - s.gap_before), 160) AS title,
       jsonb_build_array(
           jsonb_build_object('position', s.position_before, 'shows', 'to ' || s.before_to || ': a gap of ' || s.gap_before),
           jsonb_build_object('position', s.position, 'shows',
               'to ' || s.period_to || ': ' || (g.p ->> 'group') || ' ' || s.value || ' (n = ' || s.n || '), a gap of ' || s.gap),
           jsonb_build_object('position', s.compared_position, 'shows',
               'to ' || s.period_to || ': ' || (g.p ->> 'compared_with') || ' ' || s.compared_value || ' (n = ' || s.compared_n || ')')) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN stepped s
WHERE s.from_newest = 1 AND s.gap > 0 AND s.gap - s.gap_before >= (g.p ->> 'amount')::numeric
ORDER BY 1
