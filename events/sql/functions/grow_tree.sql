-- Keep what is newly complete of a log's Merkle tree over its first p_size leaves, and return how many nodes were added.
-- The nodes are computed here, from the leaves and from nothing that the caller says, so nobody who may call this can
-- put a wrong one in. NULL when a leaf or a node below is missing: then the log was tampered with.
CREATE FUNCTION cot_log.grow_tree(p_district text, p_size bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_level smallint := 1;
    v_below bigint;
    v_next bigint;
    v_hashes bytea[];
    v_added bigint := 0;
BEGIN
    -- What a crash takes away is computed again: nobody need wait for the disk.
    PERFORM set_config('synchronous_commit', 'off', true);
    -- What is not committed yet is not kept: nodes go as far as the log does.
    SELECT least(p_size, l.head_position) INTO v_below FROM cot_log.log l WHERE l.district = p_district;
    WHILE v_below >= 256 LOOP
        SELECT coalesce((SELECT n.number + 1 FROM cot_log.tree_node n
                         WHERE n.district = p_district AND n.level = v_level
                         ORDER BY n.number DESC LIMIT 1), 0) INTO v_next;
        WHILE v_next < v_below / 256 LOOP
            IF v_level = 1 THEN
                v_hashes := ARRAY(
                    SELECT e.leaf_hash FROM cot_log.event e
                    WHERE e.district = p_district AND e.position > v_next * 256 AND e.position <= (v_next + 1) * 256
                    ORDER BY e.position);
            ELSE
                v_hashes := ARRAY(
                    SELECT n.hash FROM cot_log.tree_node n
                    WHERE n.district = p_district AND n.level = v_level - 1
                      AND n.number >= v_next * 256 AND n.number < (v_next + 1) * 256
                    ORDER BY n.number);
            END IF;
            IF cardinality(v_hashes) <> 256 THEN
                RETURN NULL;
            END IF;
            -- Another sealer may have been quicker; it computed the same.
            INSERT INTO cot_log.tree_node (district, level, number, hash)
            VALUES (p_district, v_level, v_next, cot_log.subtree_root(v_hashes))
            ON CONFLICT DO NOTHING;
            v_added := v_added + 1;
            v_next := v_next + 1;
        END LOOP;
        v_below := v_below / 256;
        v_level := v_level + 1;
    END LOOP;
    RETURN v_added;
END
$$;
