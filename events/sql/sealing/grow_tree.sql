-- Keep what is newly complete of a log's Merkle tree.
SELECT cot_log.grow_tree(%(district)s, %(size)s)
