-- The activities that the events after one position and up to another concern. Facts about the whole district
-- (calendar, rubric, policies) are no part of these rows, so they touch none.
SELECT DISTINCT s.subject AS key FROM cot_log.event e CROSS JOIN LATERAL unnest(e.subjects) AS s (subject)
WHERE e.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
  AND starts_with(s.subject, 'activity:')
