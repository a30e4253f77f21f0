-- Write all of cot_log.event_subject, in order, as text that every PostgreSQL version reads.
COPY (SELECT district, subject, position
      FROM cot_log.event_subject ORDER BY district, position, subject) TO STDOUT
