-- The rated subjects that the events after one position and up to another concern. Facts about the whole district change no
-- stored row, so they touch none.
SELECT DISTINCT s.subject AS key FROM cot_log.event_subject s
WHERE s.district = %(district)s AND s.position > %(after)s AND s.position <= %(up_to)s
  AND (starts_with(s.subject, 'unit:') OR starts_with(s.subject, 'network:') OR starts_with(s.subject, 'district:'))
