-- The sealing role reads leaves and nodes and lets the tree grow: it sees no content and can append nothing itself.
GRANT USAGE ON SCHEMA cot_log TO cot_seal;
GRANT SELECT (district, position, leaf_hash) ON cot_log.event TO cot_seal;
GRANT SELECT ON cot_log.log, cot_log.schema_version TO cot_seal;
GRANT SELECT ON cot_log.tree_node TO cot_seal, cot_append, cot_project, cot_reader;
REVOKE ALL ON FUNCTION cot_log.subtree_root, cot_log.grow_tree FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cot_log.grow_tree TO cot_seal;
