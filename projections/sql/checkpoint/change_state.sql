-- Make a generation live, or retire it.
UPDATE cot_projection.checkpoint c
SET state = %(state)s, updated_at = clock_timestamp()
WHERE c.projection = %(projection)s AND c.district = %(district)s AND c.generation = %(generation)s
