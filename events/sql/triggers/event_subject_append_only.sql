-- Refuse every change of cot_log.event_subject, for every role and in replica mode too.
CREATE OR REPLACE TRIGGER event_subject_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cot_log.event_subject
    FOR EACH STATEMENT EXECUTE FUNCTION cot_log.refuse_change();
ALTER TABLE cot_log.event_subject ENABLE ALWAYS TRIGGER event_subject_append_only;
