-- Who may have values withdrawn: one role, by one function, and nothing else of the log.
GRANT USAGE ON SCHEMA cot_log TO cot_redactor;
REVOKE ALL ON FUNCTION cot_log.withdraw, cot_log.refuse_unless_withdrawn, cot_log.is_withdrawn, cot_log.holds_over FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cot_log.withdraw TO cot_redactor;
GRANT EXECUTE ON FUNCTION cot_log.is_withdrawn, cot_log.holds_over TO cot_append, cot_project, cot_reader;
