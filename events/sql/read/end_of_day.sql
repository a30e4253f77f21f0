-- The last microsecond of a day in a log's time zone, and whether that day is today by the log's clock.
SELECT ((%(day)s::date + 1)::timestamp AT TIME ZONE l.time_zone) - interval '1 microsecond' AS day_end,
       CASE l.clock WHEN 'server' THEN clock_timestamp() ELSE l.head_recorded_at END AS present,
       %(day)s::date = ((CASE l.clock WHEN 'server' THEN clock_timestamp() ELSE l.head_recorded_at END)
                        AT TIME ZONE l.time_zone)::date AS is_today
FROM cot_log.log l WHERE l.district = %(district)s
