-- Remove all stored rows of a generation.
DELETE FROM cot_projection.unit_progress t
WHERE t.district = %(district)s AND t.generation = %(generation)s
