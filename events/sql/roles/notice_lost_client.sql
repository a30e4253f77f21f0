-- Have the server look every two seconds whether the client of a running statement is still there: a statement of a
-- killed program would else run to its end, and hold its locks so long.
SELECT set_config('client_connection_check_interval', '2s', false)
