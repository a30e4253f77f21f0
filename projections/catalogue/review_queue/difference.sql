-- The keys whose rows differ between two generations, with both rows; NULL where a generation has none.
SELECT coalesce(a.key, b.key) AS key, to_jsonb(a) - 'generation' AS old, to_jsonb(b) - 'generation' AS new
FROM (SELECT * FROM cot_projection.review_queue t
      WHERE t.district = %(district)s AND t.generation = %(old)s) a
FULL JOIN (SELECT * FROM cot_projection.review_queue t
           WHERE t.district = %(district)s AND t.generation = %(new)s) b ON b.review = a.review
WHERE to_jsonb(a) - 'generation' IS DISTINCT FROM to_jsonb(b) - 'generation'
ORDER BY 1
