-- Read all of cot_log.event_personal back, into an empty log.
COPY cot_log.event_personal (district, position, field, salt, value) FROM STDIN
