-- All keys there may be a row for: those of a generation's stored rows, and every unit that the log names by then.
SELECT t.key FROM cot_projection.unit_progress t WHERE t.district = %(district)s AND t.generation = %(generation)s
UNION
SELECT x.subject FROM cot_log.event_subject x
WHERE x.district = %(district)s AND x.position <= %(up_to)s AND (starts_with(x.subject, 'unit:'))
