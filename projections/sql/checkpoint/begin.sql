-- Begin a generation, numbered after all that are there, standing before the first event. No row comes back when
-- another one began one in this state meanwhile.
INSERT INTO cot_projection.checkpoint (projection, district, generation, state, position, effective_on, query_digest)
SELECT %(projection)s, %(district)s, coalesce(max(c.generation), 0) + 1, %(state)s, 0, %(effective)s, %(digest)s
FROM cot_projection.checkpoint c
WHERE c.projection = %(projection)s AND c.district = %(district)s
ON CONFLICT DO NOTHING
RETURNING generation
