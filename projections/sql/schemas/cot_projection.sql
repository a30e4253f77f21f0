-- The schema of everything that is computed from the log and can be computed again.
CREATE SCHEMA IF NOT EXISTS cot_projection AUTHORIZATION cot_owner;
COMMENT ON SCHEMA cot_projection IS 'Rows computed from the log; nothing here that a rebuild would not give again.';
