-- Remove the stored rows of some keys.
DELETE FROM cot_projection.activity_timeline t
WHERE t.district = %(district)s AND t.generation = %(generation)s AND t.key = ANY (%(keys)s::text[])
