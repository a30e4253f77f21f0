-- Cadence: once in every period, each unit between two stages, each network with a partnership in it, or the whole district,
-- is due for a review. A unit that has ended, or is on hold, is not. Parameters: period (month, quarter, or seven_weeks, counted
-- from Monday, 1 January 2024), subject (unit, network or district), first_stage and last_stage for units. Fires for the period under way and for those before it, within a year, since the policy is in force: a period
-- whose review could not open while it was under way is asked about until it is on record. A unit
-- or network is in a past period as it stood on its last day. The cause is the period itself; the days until it is due are counted from the period's end.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today,
           CASE %(parameters)s::jsonb ->> 'period' WHEN 'month' THEN interval '1 month' WHEN 'quarter' THEN interval '3 months'
                ELSE interval '49 days' END AS length,
           least(greatest(%(since)s::date, %(today)s::date - 365), %(today)s::date) AS since
), period AS MATERIALIZED (
    SELECT to_char(b.first_day, CASE g.p ->> 'period' WHEN 'month' THEN 'YYYY-MM' WHEN 'quarter' THEN 'YYYY-"Q"Q'
                ELSE 'YYYY-MM-DD' END) AS period,
           (b.first_day + g.length)::date - 1 AS last_day, least((b.first_day + g.length)::date - 1, g.today) AS seen_on
    FROM given g CROSS JOIN LATERAL generate_series(
        CASE g.p ->> 'period' WHEN 'seven_weeks' THEN date_bin('49 days', g.since::timestamp, timestamp '2024-01-01')
             ELSE date_trunc(g.p ->> 'period', g.since::timestamp) END, g.today::timestamp, g.length) AS b (first_day)
), tie AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data, e.data ->> 'partnership' AS partnership
    FROM given g CROSS JOIN cot_log.events_in_scope(%(district)s, %(position)s, g.today, NULL) e
    WHERE g.p ->> 'subject' = 'network' AND e.type IN ('PartnershipFormed', 'PartnershipEnded')
), network AS (
    SELECT d.period, d.last_day, t.data ->> 'network' AS network, count(*) AS ties, min(t.position) AS position
    FROM period d JOIN tie t ON t.type = 'PartnershipFormed' AND t.effective_from <= d.seen_on
    WHERE NOT EXISTS (SELECT FROM tie e WHERE e.type = 'PartnershipEnded' AND e.partnership = t.partnership
                      AND e.effective_from <= d.seen_on AND e.fact_position > t.fact_position)
    GROUP BY d.period, d.last_day, t.data ->> 'network'
)
SELECT 'unit:' || u.unit AS about, d.period AS cause_key, 'Review of ' || u.unit || ' for ' || d.period AS title,
       jsonb_build_array(jsonb_build_object('position', u.position,
           'shows', u.unit || ' stands in stage ' || u.stage || ' in ' || d.period)) AS facts,
       d.last_day AS due_basis
FROM given g CROSS JOIN LATERAL cot_projection.units_between_stages(
    %(district)s, %(position)s, g.today, ARRAY(SELECT p.seen_on FROM period p), g.p ->> 'first_stage', g.p ->> 'last_stage') u
JOIN period d ON d.seen_on = u.day
WHERE g.p ->> 'subject' = 'unit'
UNION ALL
SELECT 'network:' || n.network, n.period, 'Review of network ' || n.network || ' for the period from ' || n.period,
       jsonb_build_array(jsonb_build_object('position', n.position,
           'shows', n.ties || ' partnerships in network ' || n.network || ' in the period from ' || n.period)),
       n.last_day
FROM network n
UNION ALL
SELECT 'district:all', d.period, 'Stewardship review of the district for ' || d.period,
       jsonb_build_array(jsonb_build_object('position', greatest(%(position)s::bigint, 1), 'shows',
           d.period || CASE WHEN d.last_day < g.today THEN ' is over' ELSE ' is under way' END)),
       d.last_day
FROM given g CROSS JOIN period d WHERE g.p ->> 'subject' = 'district'
ORDER BY 1, 5
