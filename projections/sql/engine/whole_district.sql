-- Whether any event after one position and up to another concerns every key: a calendar, a rubric, a policy.
SELECT EXISTS (
    SELECT FROM cot_log.event_subject x
    WHERE x.district = %(district)s AND x.subject = '*' AND x.position > %(after)s AND x.position <= %(up_to)s
) AS found
