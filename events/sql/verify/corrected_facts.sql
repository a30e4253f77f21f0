-- The fact that each of these events belongs to, by event id: what a correction of it must name.
SELECT e.event_id, e.fact_position FROM cot_log.event e
WHERE e.district = %(district)s AND e.event_id = ANY (%(ids)s)
