-- The last microsecond of a day in a log's time zone, and whether a simulated clock stands on that day.
SELECT ((%(day)s::date + 1)::timestamp AT TIME ZONE l.time_zone) - interval '1 microsecond' AS day_end,
       l.clock = 'simulated' AND %(day)s::date = (l.head_recorded_at AT TIME ZONE l.time_zone)::date AS is_present
FROM cot_log.log l WHERE l.district = %(district)s
