-- The activities of facts that were recorded ahead of their time and whose day has come.
SELECT DISTINCT s.subject AS key
FROM cot_log.event e
CROSS JOIN LATERAL unnest(e.subjects) AS s (subject)
WHERE e.district = %(district)s AND e.comes_later AND e.position <= %(up_to)s
  AND e.effective_from > %(date_after)s AND e.effective_from <= %(date_up_to)s
  AND starts_with(s.subject, 'activity:')
