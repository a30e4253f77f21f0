-- Read all of cot_log.event_subject back, into an empty log.
COPY cot_log.event_subject (district, subject, position) FROM STDIN
