-- Remove all stored rows of a generation.
DELETE FROM cot_projection.evidence_freshness t
WHERE t.district = %(district)s AND t.generation = %(generation)s
