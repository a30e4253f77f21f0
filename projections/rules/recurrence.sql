-- Recurrence: on each of the days that a rule of recurrence came to, each unit between two stages, or the whole district, is
-- due for a review. A unit that has ended, or is on hold, is not. Parameters: dates (ISO days, in order, a blank between
-- them), subject (unit or district), first_stage and last_stage for units; rrule is for people. The latest day that has come
-- fires, and those before it, within a year, since the policy is in force: one whose review could not open before the next
-- day is asked about until it is on record, of the units as they stood on the last day before the next. The cause is the
-- day, and the days until the review is due are counted from it.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today, greatest(%(since)s::date, %(today)s::date - 365) AS since
), come AS (
    SELECT d.day::date AS day, lead(d.day::date) OVER (ORDER BY d.day::date) AS next_day
    FROM given g CROSS JOIN LATERAL string_to_table(g.p ->> 'dates', ' ') AS d (day)
    WHERE d.day::date <= g.today
), asked AS MATERIALIZED (
    SELECT c.day, coalesce(c.next_day - 1, g.today) AS seen_on FROM given g CROSS JOIN come c
    WHERE c.next_day IS NULL OR c.day >= g.since
)
SELECT 'unit:' || u.unit AS about, l.day::text AS cause_key, 'Review of ' || u.unit || ' of ' || l.day AS title,
       jsonb_build_array(jsonb_build_object('position', u.position,
           'shows', u.unit || ' stands in stage ' || u.stage || ', and is reviewed on ' || l.day)) AS facts,
       l.day AS due_basis
FROM given g CROSS JOIN LATERAL cot_projection.units_between_stages(
    %(district)s, %(position)s, g.today, ARRAY(SELECT a.seen_on FROM asked a), g.p ->> 'first_stage', g.p ->> 'last_stage') u
JOIN asked l ON l.seen_on = u.day
WHERE g.p ->> 'subject' = 'unit'
UNION ALL
SELECT 'district:all', l.day::text, 'Stewardship review of the district of ' || l.day,
       jsonb_build_array(jsonb_build_object('position', greatest(%(position)s::bigint, 1), 'shows', l.day || ' has come')),
       l.day
FROM given g CROSS JOIN asked l WHERE g.p ->> 'subject' = 'district'
ORDER BY 1, 5
