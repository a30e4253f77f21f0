-- Give the columns of each view the comment of the stored column of the same name, so that each is written once.
DO $$
DECLARE
    v record;
BEGIN
    FOR v IN
        SELECT seen.relname, a.attname, col_description(kept.oid, b.attnum) AS comment
        FROM pg_catalog.pg_class seen
        JOIN pg_catalog.pg_class kept ON kept.relname = seen.relname AND kept.relkind = 'r'
            AND kept.relnamespace = 'cot_projection'::regnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = seen.oid AND a.attnum > 0
        JOIN pg_catalog.pg_attribute b ON b.attrelid = kept.oid AND b.attname = a.attname
        WHERE seen.relkind = 'v' AND seen.relnamespace = 'cot_read'::regnamespace
    LOOP
        EXECUTE format('COMMENT ON COLUMN cot_read.%I.%I IS %L', v.relname, v.attname, v.comment);
    END LOOP;
END
$$;
