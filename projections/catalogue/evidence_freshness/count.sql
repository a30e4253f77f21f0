-- How many rows a generation holds.
SELECT count(*) FROM cot_projection.evidence_freshness t
WHERE t.district = %(district)s AND t.generation = %(generation)s
