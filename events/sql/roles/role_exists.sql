-- Whether the server has a role of this name.
SELECT r.rolname FROM pg_roles r WHERE r.rolname = %(name)s
