-- How many rows a generation holds.
SELECT count(*) FROM cot_projection.unit_progress t
WHERE t.district = %(district)s AND t.generation = %(generation)s
