-- Kept hashes of one level, from one number up to and without another.
SELECT n.hash FROM cot_log.tree_node n
WHERE n.district = %(district)s AND n.level = %(level)s AND n.number >= %(first)s::bigint AND n.number < %(end)s::bigint
ORDER BY n.number
