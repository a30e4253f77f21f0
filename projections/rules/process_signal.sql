-- Process signal: the newest value of a unit's measure belongs to a signal of an individuals chart: it lies outside the
-- mean plus or minus 2.66 average moving ranges, or ends a run of so many values on one side of the mean, or so many in a
-- row that only rise or only fall. Parameters: measure, baseline_points, run_length, trend_length, signals (worse or
-- either), baseline_from (a date, may be missing). The first baseline_points values from that date on make mean and limits,
-- which then stay. All comparisons are of products of exact decimals, never of quotients. The cause is the value outside,
-- or the first of the run or trend, so that a longer one is the same cause.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today, (%(parameters)s::jsonb ->> 'baseline_points')::integer AS points
), ordered AS (
    SELECT m.*, row_number() OVER w AS i, m.value - lag(m.value) OVER w AS change
    FROM given g CROSS JOIN LATERAL cot_projection.measured(%(district)s, %(position)s, %(today)s, g.p ->> 'measure') m
    WHERE m.school_group = 'all' AND starts_with(m.about, 'unit:')
      AND m.period_from >= coalesce((g.p ->> 'baseline_from')::date, '-infinity')
    WINDOW w AS (PARTITION BY m.about ORDER BY m.period_from, m.period_to, m.fact_position)
), baseline AS (
    SELECT o.about, sum(o.value) AS total, sum(abs(o.change)) AS moved
    FROM given g CROSS JOIN ordered o WHERE o.i <= g.points GROUP BY o.about, g.points HAVING count(*) = g.points
), placed AS (
    -- distance = points * (value - mean), reach = points * (points - 1) * 100 * (2.66 average moving ranges)
    SELECT o.*, sign(o.value * g.points - b.total) AS side, sign(o.change) AS direction,
           abs(o.value * g.points - b.total) * (g.points - 1) * 100 > 266 * b.moved * g.points AS outside,
           max(o.i) OVER (PARTITION BY o.about) AS newest, round(b.total / g.points, 2) AS mean
    FROM given g CROSS JOIN ordered o JOIN baseline b ON b.about = o.about
), grouped AS (
    SELECT p.*, p.i - row_number() OVER (PARTITION BY p.about, p.side ORDER BY p.i) AS run,
           p.i - row_number() OVER (PARTITION BY p.about, p.direction ORDER BY p.i) AS trend
    FROM placed p
), signal AS (
    SELECT l.about, 'outside' AS kind, l.i AS first, l.newest, l.side AS towards, l.better, l.mean
    FROM grouped l WHERE l.i = l.newest AND l.outside
    UNION ALL
    SELECT l.about, 'run', min(l.i), l.newest, l.side, l.better, l.mean FROM given g CROSS JOIN grouped l WHERE l.side <> 0
    GROUP BY l.about, l.side, l.run, l.newest, l.better, l.mean, g.p
    HAVING max(l.i) = l.newest AND count(*) >= (g.p ->> 'run_length')::integer
    UNION ALL
    -- So many values in a row have one change less between them.
    SELECT l.about, 'trend', min(l.i) - 1, l.newest, l.direction, l.better, l.mean FROM given g CROSS JOIN grouped l WHERE l.direction <> 0
    GROUP BY l.about, l.direction, l.trend, l.newest, l.better, l.mean, g.p
    HAVING max(l.i) = l.newest AND count(*) + 1 >= (g.p ->> 'trend_length')::integer
)
SELECT s.about,
       s.kind || '-' || (SELECT o.fact_position FROM ordered o WHERE o.about = s.about AND o.i = s.first) AS cause_key,
       left((g.p ->> 'measure') || ' of ' || s.about || ': ' || CASE s.kind
           WHEN 'outside' THEN 'a value outside the limits, ' || CASE WHEN s.towards > 0 THEN 'above' ELSE 'below' END
           WHEN 'run' THEN (s.newest - s.first + 1) || ' values ' || CASE WHEN s.towards > 0 THEN 'above' ELSE 'below' END || ' the mean'
           ELSE (s.newest - s.first + 1) || ' values only ' || CASE WHEN s.towards > 0 THEN 'rising' ELSE 'falling' END END, 160) AS title,
       (SELECT jsonb_agg(jsonb_build_object('position', o.position, 'shows',
            (g.p ->> 'measure') || ' to ' || o.period_to || ': ' || o.value || ', mean ' || s.mean) ORDER BY o.i)
        FROM ordered o WHERE o.about = s.about AND o.i BETWEEN s.first AND s.newest) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN signal s
WHERE g.p ->> 'signals' = 'either' OR (s.better = 'lower') = (s.towards > 0)
ORDER BY 1, 2
