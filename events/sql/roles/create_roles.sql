-- The product's roles. None can log in: the runtime logs in once and sets the role it needs.
DO $$
DECLARE
    v_role text;
BEGIN
    FOREACH v_role IN ARRAY ARRAY['cot_owner', 'cot_append', 'cot_redactor', 'cot_project', 'cot_reader', 'cot_seal', 'cot_analyst'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
        END IF;
    END LOOP;
END
$$;
