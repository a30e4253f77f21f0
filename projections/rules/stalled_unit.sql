-- Stalled unit: nothing that counts (an activity, evidence, a stage) happened in a unit for the days its stage allows.
-- Parameters: days by stage, summer_half_days (what a summer day adds, in half days). Days on hold do not count, and a
-- unit that has ended is not looked at. The cause is the last event that counted: as long as nothing happens it is the same stall.
SELECT 'unit:' || u.unit AS about, u.last_qualifying_position::text AS cause_key,
       u.unit || ' is stalled in ' || u.stage AS title,
       jsonb_build_array(jsonb_build_object('position', u.last_qualifying_position, 'shows',
           'last activity, evidence or stage change on ' || u.last_qualifying_on || ', ' || i.half_days / 2
           || ' days ago; stage ' || u.stage || ' allows ' || (g.p -> 'days' ->> u.stage))) AS facts,
       g.today AS due_basis
FROM (SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today) g
CROSS JOIN LATERAL cot_projection.unit_progress_rows(%(district)s, %(position)s, g.today, NULL) u
CROSS JOIN LATERAL (
    SELECT cot_projection.half_days_without_summer(u.last_qualifying_on, g.today,
               cot_projection.summers(%(district)s, %(position)s, g.today), u.holds, (g.p ->> 'summer_half_days')::integer) AS half_days
) i
WHERE u.staged AND u.ended_on IS NULL AND NOT u.holds @> g.today AND i.half_days >= 2 * (g.p -> 'days' ->> u.stage)::integer
ORDER BY 1
