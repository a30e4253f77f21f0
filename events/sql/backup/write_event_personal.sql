-- Write all of cot_log.event_personal, in order, as text that every PostgreSQL version reads.
COPY (SELECT district, position, field, salt, value
      FROM cot_log.event_personal ORDER BY district, position, field) TO STDOUT
