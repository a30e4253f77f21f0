-- Whether a login role may take on another role.
SELECT pg_has_role(%(login)s, %(role)s, 'MEMBER')
