-- The root over hashes of one level, a power of two of them: sha256(0x01, left, right), level by level (RFC 9162).
CREATE FUNCTION cot_log.subtree_root(p_hashes bytea[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_row bytea[] := p_hashes;
BEGIN
    WHILE cardinality(v_row) > 1 LOOP
        v_row := ARRAY(
            SELECT sha256('\x01'::bytea || v_row[2 * i - 1] || v_row[2 * i])
            FROM generate_series(1, cardinality(v_row) / 2) AS i ORDER BY i);
    END LOOP;
    RETURN v_row[1];
END
$$;
