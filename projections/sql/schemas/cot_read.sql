-- The schema that analysts read: views and as-of functions, nothing else.
CREATE SCHEMA IF NOT EXISTS cot_read AUTHORIZATION cot_owner;
COMMENT ON SCHEMA cot_read IS 'What analysts read: one view per projection, with a comment on every column.';
