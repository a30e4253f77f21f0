-- Positions that are missing within a span of the log: a hole means that something was removed.
WITH seen AS (
    SELECT e.position, lag(e.position, 1, %(after)s::bigint) OVER (ORDER BY e.position) AS before
    FROM cot_log.event e
    WHERE e.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
    UNION ALL
    SELECT %(up_to)s::bigint + 1, greatest(%(after)s::bigint, (
        SELECT max(e.position) FROM cot_log.event e
        WHERE e.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s))
)
SELECT s.before + 1 AS first_missing, s.position - 1 AS last_missing, s.position - s.before - 1 AS missing,
       count(*) OVER () AS total
FROM seen s WHERE s.position - s.before > 1 ORDER BY s.position LIMIT %(most)s
