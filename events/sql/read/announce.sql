-- Wake those who follow the log; after the commit, never inside an append's transaction: NOTIFY takes a lock on
-- the whole server until its transaction ends.
SELECT pg_notify('cot_log', %(district)s)
