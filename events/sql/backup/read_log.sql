-- Read all of cot_log.log back, into an empty log.
COPY cot_log.log (district, clock, time_zone, head_position, head_recorded_at, created_at) FROM STDIN
