-- Remove the stored rows of some keys.
DELETE FROM cot_projection.unit_progress t
WHERE t.district = %(district)s AND t.generation = %(generation)s AND t.key = ANY (%(keys)s::text[])
