-- Count one fact of a unit.
INSERT INTO public.counts_of_units AS c (unit, facts) VALUES (%s, 1)
ON CONFLICT (unit) DO UPDATE SET facts = c.facts + 1
