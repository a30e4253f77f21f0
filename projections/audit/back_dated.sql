-- Facts recorded later than a reason is asked for, the worst first: late by the least number of days that the day known
-- allows. `unexplained` are those without a reason, `unapproved` those over the further limit that nobody but the one who
-- recorded them let pass, or somebody whose role then did not allow it. Left out: what a publication dates (published), and
-- what the scheduler dates by the calendar (by_calendar). Personal texts are not read here.
WITH late AS MATERIALIZED (
    SELECT e.district, e.position, e.event_id, e.type, e.actor, e.source, e.occurred_on, e.precision, d.recorded_on,
           d.recorded_on - d.last_day AS days_late, convert_from(e.content, 'UTF8')::jsonb AS told
    FROM cot_log.log l JOIN cot_log.event e ON e.district = l.district
    CROSS JOIN LATERAL (
        SELECT (e.recorded_at AT TIME ZONE l.time_zone)::date AS recorded_on,
               CASE e.precision WHEN 'day' THEN e.occurred_on
                                WHEN 'month' THEN (e.occurred_on + interval '1 month')::date - 1
                                ELSE (e.occurred_on + interval '1 year')::date - 1 END AS last_day
    ) d
    WHERE l.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
      AND d.recorded_on - d.last_day > %(reason_after)s
      AND e.type <> ALL (%(published)s) AND NOT (e.source = 'scheduler' AND e.type = ANY (%(by_calendar)s))
), judged AS (
    SELECT t.*, t.told ->> 'on_behalf_of' AS on_behalf_of, t.told ->> 'approved_by' AS approved_by,
           NOT coalesce(t.told -> 'commitments' ? 'reason', false) AS unexplained,
           t.days_late > %(approval_after)s AND NOT coalesce(
               t.told ->> 'approved_by' NOT IN (t.actor, coalesce(t.told ->> 'on_behalf_of', t.actor))
               AND (SELECT a.data ->> 'role' FROM cot_log.event a
                    WHERE a.district = t.district AND a.stream = 'actor-' || (t.told ->> 'approved_by')
                      AND a.type = 'ActorRegistered' AND a.position < t.position
                    ORDER BY a.position DESC LIMIT 1) = ANY (%(approving)s), false) AS unapproved
    FROM late t
)
SELECT j.position, j.event_id, j.type, j.actor, j.on_behalf_of, j.occurred_on, j.precision, j.recorded_on, j.days_late,
       j.approved_by, j.unexplained, j.unapproved,
       count(*) OVER () AS total, count(*) FILTER (WHERE j.unexplained OR j.unapproved) OVER () AS wrong
FROM judged j ORDER BY j.unexplained OR j.unapproved DESC, j.days_late DESC, j.position LIMIT %(most)s
