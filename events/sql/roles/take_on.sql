-- Take on a role for this session, and let no statement run longer than the limit (0: no limit).
SELECT set_config('role', %(role)s, false), set_config('statement_timeout', %(limit)s, false)
