-- Let a row of cot_log.event_personal go only when the log says so; for every role and in replica mode too.
CREATE OR REPLACE TRIGGER event_personal_withdrawn_only BEFORE DELETE ON cot_log.event_personal
    FOR EACH ROW EXECUTE FUNCTION cot_log.refuse_unless_withdrawn();
ALTER TABLE cot_log.event_personal ENABLE ALWAYS TRIGGER event_personal_withdrawn_only;
