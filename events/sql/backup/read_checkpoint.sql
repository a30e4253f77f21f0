-- Read all of cot_log.checkpoint back, into an empty log.
COPY cot_log.checkpoint (follower, district, position, moved_at) FROM STDIN
