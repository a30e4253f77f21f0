-- What is kept of each log's Merkle tree beside its leaves: at level 1 the root over every 256 leaves, at level 2 the
-- root over every 256 of those, and so on. All of it follows from the leaves; it spares computing it again.
CREATE TABLE cot_log.tree_node (
    district text NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 7),
    number bigint NOT NULL CHECK (number >= 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (district, level, number)
);
COMMENT ON TABLE cot_log.tree_node IS 'Roots of complete subtrees of each log''s Merkle tree, 256 of a level below in each.';
