-- Many rows into the plain table.
COPY public.plain_event FROM STDIN
