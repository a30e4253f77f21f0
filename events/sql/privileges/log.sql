-- Who may do what with the log: append by function only, project and read without writing, analysts nothing.
REVOKE ALL ON SCHEMA cot_log FROM PUBLIC;
GRANT USAGE ON SCHEMA cot_log TO cot_append, cot_project, cot_reader;
GRANT SELECT ON cot_log.log, cot_log.event, cot_log.event_subject, cot_log.current_event TO cot_append, cot_project, cot_reader;
GRANT SELECT ON cot_log.event_personal, cot_log.readable_event TO cot_append, cot_reader;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA cot_log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cot_log.append, cot_log.append_one, cot_log.create_log TO cot_append;
GRANT EXECUTE ON FUNCTION cot_log.refresh_statistics TO cot_append, cot_project;
GRANT EXECUTE ON FUNCTION cot_log.leaf_hash, cot_log.position_known_at, cot_log.events_in_scope, cot_log."ActivityPlanned_v1_v2"
    TO cot_append, cot_project, cot_reader;
GRANT SELECT, INSERT, UPDATE ON cot_log.checkpoint TO cot_append, cot_project;
GRANT SELECT ON cot_log.checkpoint TO cot_reader;
GRANT SELECT ON cot_log.schema_version TO cot_append, cot_project, cot_reader;
