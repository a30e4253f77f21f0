-- Remove all stored rows of a generation.
DELETE FROM cot_projection.activity_timeline t
WHERE t.district = %(district)s AND t.generation = %(generation)s
