-- Checkpoints that stand beyond the end of the log, or whose district has none: the log was restored or replaced.
SELECT c.district, c.projection, c.generation, c.position, l.head_position
FROM cot_projection.checkpoint c
LEFT JOIN cot_log.log l ON l.district = c.district
WHERE l.head_position IS NULL OR c.position > l.head_position
ORDER BY c.district, c.projection, c.generation
