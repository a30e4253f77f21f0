-- A personal value is removed only when the log itself says that it was withdrawn, and while no legal hold covers it:
-- whoever removes it, the owner and a superuser included.
CREATE FUNCTION cot_log.refuse_unless_withdrawn() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT cot_log.is_withdrawn(OLD.district, OLD.position, OLD.field) THEN
        RAISE EXCEPTION 'DELETE on cot_log.event_personal is refused: no event of the log withdraws % of position %; '
            'request a redaction instead', OLD.field, OLD.position USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM cot_log.holds_over(OLD.district, OLD.position)) THEN
        RAISE EXCEPTION 'DELETE on cot_log.event_personal is refused: a legal hold covers position %', OLD.position
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END
$$;
