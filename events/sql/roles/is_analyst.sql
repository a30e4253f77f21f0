-- Whether a role is an analyst's login of ours; no row: there is no such role.
SELECT r.rolcanlogin AND NOT r.rolsuper AND pg_has_role(r.oid, 'cot_analyst', 'MEMBER')
FROM pg_roles r WHERE r.rolname = %(name)s
