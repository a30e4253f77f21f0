-- A table with the columns and the indexes of the log, and nothing around it.
CREATE TABLE IF NOT EXISTS public.plain_event (LIKE cot_log.event INCLUDING INDEXES)
