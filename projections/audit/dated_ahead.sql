-- Facts of a span said to have happened after the day they were recorded. Only announced plans (may_come) may be.
SELECT e.position, e.event_id, e.type, e.actor, e.occurred_on, (e.recorded_at AT TIME ZONE l.time_zone)::date AS recorded_on,
       count(*) OVER () AS total
FROM cot_log.log l JOIN cot_log.event e ON e.district = l.district
WHERE l.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
  AND e.occurred_on > (e.recorded_at AT TIME ZONE l.time_zone)::date AND e.type <> ALL (%(may_come)s)
ORDER BY e.position LIMIT %(most)s
