-- The keys whose rows differ between two generations, with both rows; NULL where a generation has none.
SELECT coalesce(a.key, b.key) AS key, to_jsonb(a) - 'generation' AS old, to_jsonb(b) - 'generation' AS new
FROM (SELECT * FROM cot_projection.evidence_freshness t
      WHERE t.district = %(district)s AND t.generation = %(old)s) a
FULL JOIN (SELECT * FROM cot_projection.evidence_freshness t
           WHERE t.district = %(district)s AND t.generation = %(new)s) b ON b.about = a.about AND b.indicator = a.indicator
WHERE to_jsonb(a) - 'generation' IS DISTINCT FROM to_jsonb(b) - 'generation'
ORDER BY 1
