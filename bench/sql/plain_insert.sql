-- One row into the plain table.
INSERT INTO public.plain_event VALUES (
    %(district)s, %(position)s, %(stream)s, %(version)s, %(id)s, %(type)s, 1, %(at)s, %(day)s, %(day)s, false,
    %(position)s, 'day', 'a-steward', 'cli', %(subjects)s, %(content)b, %(data)s, %(leaf)b)
