-- Let the head of a log move forward only, and never let a log be removed. The condition is tested without calling
-- the function, so that an append pays nothing for it.
CREATE OR REPLACE TRIGGER log_forward_only BEFORE UPDATE ON cot_log.log FOR EACH ROW
    WHEN (NEW.district IS DISTINCT FROM OLD.district OR NEW.clock IS DISTINCT FROM OLD.clock
          OR NEW.time_zone IS DISTINCT FROM OLD.time_zone OR NEW.created_at IS DISTINCT FROM OLD.created_at
          OR NEW.head_position < OLD.head_position OR NEW.head_recorded_at < OLD.head_recorded_at)
    EXECUTE FUNCTION cot_log.refuse_change();
ALTER TABLE cot_log.log ENABLE ALWAYS TRIGGER log_forward_only;
CREATE OR REPLACE TRIGGER log_never_removed BEFORE DELETE OR TRUNCATE ON cot_log.log
    FOR EACH STATEMENT EXECUTE FUNCTION cot_log.refuse_change();
ALTER TABLE cot_log.log ENABLE ALWAYS TRIGGER log_never_removed;
