-- Remove all stored rows of a generation.
DELETE FROM cot_projection.review_queue t
WHERE t.district = %(district)s AND t.generation = %(generation)s
