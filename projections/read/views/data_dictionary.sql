-- What every column of every view means, taken from the comments in the database itself.
CREATE OR REPLACE VIEW cot_read.data_dictionary AS
SELECT n.nspname::text AS schema, c.relname::text AS view, obj_description(c.oid, 'pg_class') AS view_comment,
       a.attnum::integer AS place, a.attname::text AS "column", format_type(a.atttypid, a.atttypmod) AS type,
       col_description(c.oid, a.attnum) AS comment
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = 'cot_read' AND c.relkind = 'v';
COMMENT ON VIEW cot_read.data_dictionary IS 'What every column of every view means: one row per column.';
COMMENT ON COLUMN cot_read.data_dictionary.schema IS 'The schema that holds the view.';
COMMENT ON COLUMN cot_read.data_dictionary.view IS 'Name of the view.';
COMMENT ON COLUMN cot_read.data_dictionary.view_comment IS 'What a row of the view is.';
COMMENT ON COLUMN cot_read.data_dictionary.place IS 'Place of the column among those of its view, from 1.';
COMMENT ON COLUMN cot_read.data_dictionary."column" IS 'Name of the column.';
COMMENT ON COLUMN cot_read.data_dictionary.type IS 'Type of the column in PostgreSQL''s words.';
COMMENT ON COLUMN cot_read.data_dictionary.comment IS 'What the column means.';
