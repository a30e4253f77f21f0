-- Analysts read this schema and nothing else.
REVOKE ALL ON SCHEMA cot_read FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA cot_read FROM PUBLIC;
GRANT USAGE ON SCHEMA cot_read TO cot_analyst, cot_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA cot_read TO cot_analyst, cot_reader;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA cot_read TO cot_analyst, cot_reader;
