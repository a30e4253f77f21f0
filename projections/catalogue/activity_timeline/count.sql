-- How many rows a generation holds.
SELECT count(*) FROM cot_projection.activity_timeline t
WHERE t.district = %(district)s AND t.generation = %(generation)s
