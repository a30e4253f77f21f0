-- Every value that an event of the log says was withdrawn: position of the event it was of, and field.
SELECT t.position, f.field FROM cot_log.event w
CROSS JOIN LATERAL jsonb_array_elements(w.data -> 'withdrawn') AS x (named)
CROSS JOIN LATERAL jsonb_array_elements_text(x.named -> 'fields') AS f (field)
JOIN cot_log.event t ON t.district = w.district AND t.event_id = (x.named ->> 'event_id')::uuid
WHERE w.district = %(district)s AND w.type IN ('ValuesWithdrawn', 'RecordsDisposed')
