-- Who we are on this server, and what of the separation of roles is missing.
SELECT current_setting('server_version') AS version, session_user AS login,
       (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = session_user) AS superuser,
       (SELECT pg_has_role(session_user, r.oid, 'MEMBER') FROM pg_roles r WHERE r.rolname = 'cot_owner') AS owns,
       ARRAY(SELECT w.role FROM unnest(ARRAY['cot_owner', 'cot_append', 'cot_redactor', 'cot_project', 'cot_reader', 'cot_seal', 'cot_analyst']) AS w (role)
             WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = w.role)) AS missing,
       ARRAY(SELECT r.rolname::text FROM pg_roles r WHERE r.rolname LIKE 'cot\_%' AND r.rolcanlogin
             AND NOT pg_has_role(r.oid, 'cot_analyst', 'MEMBER')) AS may_log_in
