-- Facts that were corrected or taken back within a span of the log, beside what they replaced.
SELECT e.position, e.event_id, CASE e.type WHEN 'FactRetracted' THEN 'retraction' ELSE 'correction' END AS how, e.actor,
       (e.recorded_at AT TIME ZONE l.time_zone)::date AS recorded_on, f.type AS fact, f.position AS fact_position,
       f.actor AS fact_actor, convert_from(e.content, 'UTF8')::jsonb ->> 'approved_by' AS approved_by,
       count(*) OVER () AS total
FROM cot_log.log l JOIN cot_log.event e ON e.district = l.district AND e.fact_position <> e.position
JOIN cot_log.event f ON f.district = e.district AND f.position = e.fact_position
WHERE l.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
ORDER BY e.position LIMIT %(most)s
