-- The retired generations of a projection, whose rows may go.
SELECT c.generation FROM cot_projection.checkpoint c
WHERE c.projection = %(projection)s AND c.district = %(district)s AND c.state = 'retired'
ORDER BY c.generation
FOR UPDATE SKIP LOCKED
