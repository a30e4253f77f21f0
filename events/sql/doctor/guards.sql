-- Triggers that keep the log append-only and are missing or not always on.
SELECT w.tbl || '.' || w.trg AS missing FROM (VALUES
    ('event', 'event_append_only'), ('event_subject', 'event_subject_append_only'),
    ('event_personal', 'event_personal_append_only'), ('event_personal', 'event_personal_withdrawn_only'), ('tree_node', 'tree_node_append_only'),
    ('log', 'log_forward_only'), ('log', 'log_never_removed')
) AS w (tbl, trg)
WHERE NOT EXISTS (
    SELECT FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'cot_log' AND c.relname = w.tbl AND t.tgname = w.trg AND t.tgenabled = 'A')
