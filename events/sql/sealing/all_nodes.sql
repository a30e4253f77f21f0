-- Everything that is kept of a log's Merkle tree besides its leaves.
SELECT n.level, n.number, n.hash FROM cot_log.tree_node n WHERE n.district = %(district)s ORDER BY n.level, n.number
