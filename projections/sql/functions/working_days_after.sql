-- How many working days come after each date of a stretch, up to and including its last: for many dates at once, in one
-- pass, what cot_projection.working_days_between says of one. No rows when the stretch ends before it begins.
CREATE OR REPLACE FUNCTION cot_projection.working_days_after(
    p_district text, p_position bigint, p_first date, p_last date
) RETURNS TABLE (day date, working_days integer) LANGUAGE sql STABLE AS $$
    WITH calendar AS (
        SELECT row_number() OVER (ORDER BY e.effective_from, e.fact_position) AS n,
               (e.data ->> 'first_day')::date AS first_day, (e.data ->> 'last_day')::date AS last_day,
               e.data -> 'closed_days' AS closed_days
        FROM cot_log.events_in_scope(p_district, p_position, p_last, '{}') e
        WHERE e.type = 'SchoolCalendarPublished'
    ), closed AS MATERIALIZED (
        SELECT DISTINCT d.day::date AS day
        FROM calendar c CROSS JOIN LATERAL jsonb_array_elements_text(c.closed_days) AS d (day)
        WHERE NOT EXISTS (SELECT FROM calendar later
                          WHERE later.n > c.n AND d.day::date BETWEEN later.first_day AND later.last_day)
    )
    SELECT s.day, coalesce(sum(s.works) OVER (ORDER BY s.day DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                           0)::integer
    FROM (SELECT p_first + n.n AS day,
                 (extract(isodow FROM p_first + n.n) < 6 AND c.day IS NULL)::integer AS works
          FROM generate_series(0, p_last - p_first) AS n (n) LEFT JOIN closed c ON c.day = p_first + n.n) s
$$;
