-- The last microsecond of a day in a log's time zone.
SELECT ((%(day)s::date + 1)::timestamp AT TIME ZONE l.time_zone) - interval '1 microsecond' AS day_end
FROM cot_log.log l WHERE l.district = %(district)s
