-- What the peer's projection keeps: the number of facts of each unit.
CREATE TABLE IF NOT EXISTS public.counts_of_units (unit text PRIMARY KEY, facts bigint NOT NULL)
