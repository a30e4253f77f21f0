-- How many days after the day known of each fact it was recorded, by unit: median, nine tenths, longest. A fact about
-- several units counts for each; one about none under no unit. Left out: what a publication dates (published), and what
-- the scheduler records.
SELECT u.unit, count(*) AS facts,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY g.days) AS median_days,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY g.days) AS p90_days, max(g.days) AS longest_days
FROM cot_log.log l JOIN cot_log.event e ON e.district = l.district
CROSS JOIN LATERAL (
    SELECT greatest(0, (e.recorded_at AT TIME ZONE l.time_zone)::date - CASE e.precision
               WHEN 'day' THEN e.occurred_on WHEN 'month' THEN (e.occurred_on + interval '1 month')::date - 1
               ELSE (e.occurred_on + interval '1 year')::date - 1 END) AS days
) g
CROSS JOIN LATERAL unnest(coalesce(
    (SELECT array_agg(substr(s, 6)) FROM unnest(e.subjects) AS s WHERE starts_with(s, 'unit:')), ARRAY[NULL]::text[]
)) AS u (unit)
WHERE l.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
  AND e.source <> 'scheduler' AND e.type <> ALL (%(published)s)
GROUP BY u.unit ORDER BY u.unit COLLATE "C" NULLS LAST
