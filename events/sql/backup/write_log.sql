-- Write all of cot_log.log, in order, as text that every PostgreSQL version reads.
COPY (SELECT district, clock, time_zone, head_position, head_recorded_at, created_at
      FROM cot_log.log ORDER BY district) TO STDOUT
