-- Begin a district's log.
SELECT outcome FROM cot_log.create_log(%(district)s, %(clock)s, %(time_zone)s, %(at)s::timestamptz)
