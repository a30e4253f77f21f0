-- Whether the server has a database of this name.
SELECT d.datname FROM pg_database d WHERE d.datname = %(name)s
