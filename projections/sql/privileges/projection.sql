-- Who may do what with the computed rows: one role computes them, one reads them, the public nothing.
REVOKE ALL ON SCHEMA cot_projection FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA cot_projection FROM PUBLIC;
GRANT USAGE ON SCHEMA cot_projection TO cot_project, cot_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA cot_projection TO cot_project, cot_reader;
GRANT INSERT, UPDATE, DELETE ON cot_projection.checkpoint, cot_projection.unit_progress,
    cot_projection.activity_timeline, cot_projection.review_queue, cot_projection.evidence_freshness TO cot_project;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA cot_projection TO cot_project, cot_reader;
