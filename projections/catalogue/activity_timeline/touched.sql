-- The activities that the events after one position and up to another concern. Facts about the whole district
-- (calendar, rubric, policies) are no part of these rows, so they touch none.
SELECT DISTINCT s.subject AS key FROM cot_log.event_subject s
WHERE s.district = %(district)s AND s.position > %(after)s AND s.position <= %(up_to)s
  AND starts_with(s.subject, 'activity:')
