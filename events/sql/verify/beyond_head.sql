-- The first event that the head does not know of; none, even while others append: one statement sees one moment.
SELECT e.position FROM cot_log.event e JOIN cot_log.log l ON l.district = e.district
WHERE e.district = %(district)s AND e.position > l.head_position ORDER BY e.position LIMIT 1
