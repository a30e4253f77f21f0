-- Refuse every change of cot_log.event_personal, for every role and in replica mode too; that a value is withdrawn is
-- the matter of a trigger of its own, event_personal_withdrawn_only.
CREATE OR REPLACE TRIGGER event_personal_append_only BEFORE UPDATE OR TRUNCATE ON cot_log.event_personal
    FOR EACH STATEMENT EXECUTE FUNCTION cot_log.refuse_change();
ALTER TABLE cot_log.event_personal ENABLE ALWAYS TRIGGER event_personal_append_only;
