-- The backends of all other sessions of this server.
SELECT a.pid FROM pg_stat_activity a
WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid() ORDER BY a.pid
