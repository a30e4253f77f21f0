-- Leaf hashes from one index up to and without another; the index is the position less one.
SELECT e.leaf_hash FROM cot_log.event e
WHERE e.district = %(district)s AND e.position > %(first)s::bigint AND e.position <= %(end)s::bigint ORDER BY e.position
