-- Write all of cot_log.checkpoint, in order, as text that every PostgreSQL version reads.
COPY (SELECT follower, district, position, moved_at
      FROM cot_log.checkpoint ORDER BY follower, district) TO STDOUT
