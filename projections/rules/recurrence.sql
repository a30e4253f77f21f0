-- Recurrence: on each of the days that a rule of recurrence came to, each unit between two stages, or the whole district, is
-- due for a review. A unit that has ended, or is on hold, is not. Parameters: dates (ISO days, in order, a blank between
-- them), subject (unit or district), first_stage and last_stage for units; rrule is for people. Only the latest day that has
-- come fires: the cause is that day, and the days until the review is due are counted from it.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today
), latest AS (
    SELECT max(d.day::date) AS day FROM given g CROSS JOIN LATERAL string_to_table(g.p ->> 'dates', ' ') AS d (day)
    WHERE d.day::date <= g.today
)
SELECT 'unit:' || u.unit AS about, l.day::text AS cause_key, 'Review of ' || u.unit || ' of ' || l.day AS title,
       jsonb_build_array(jsonb_build_object('position', u.last_event_position,
           'shows', u.unit || ' stands in stage ' || u.stage || ', and is reviewed on ' || l.day)) AS facts,
       l.day AS due_basis
FROM given g CROSS JOIN latest l
CROSS JOIN LATERAL cot_projection.unit_progress_rows(%(district)s, %(position)s, g.today, NULL) u
WHERE g.p ->> 'subject' = 'unit' AND u.staged AND u.stage BETWEEN g.p ->> 'first_stage' AND g.p ->> 'last_stage'
  AND u.ended_on IS NULL AND NOT u.holds @> g.today AND l.day IS NOT NULL
UNION ALL
SELECT 'district:all', l.day::text, 'Stewardship review of the district of ' || l.day,
       jsonb_build_array(jsonb_build_object('position', greatest(%(position)s::bigint, 1), 'shows', l.day || ' has come')),
       l.day
FROM given g CROSS JOIN latest l WHERE g.p ->> 'subject' = 'district' AND l.day IS NOT NULL
ORDER BY 1
