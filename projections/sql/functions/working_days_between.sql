-- How many working days come after one date, up to and including a later one: Monday to Friday, without the closed days
-- of the calendars known at a position and effective by the later date. For a day that several calendars cover, the one
-- that counts last decides; a day that none covers is judged by its weekday alone.
CREATE OR REPLACE FUNCTION cot_projection.working_days_between(
    p_district text, p_position bigint, p_from date, p_to date
) RETURNS integer LANGUAGE sql STABLE AS $$
    WITH calendar AS (
        SELECT row_number() OVER (ORDER BY e.effective_from, e.fact_position) AS n,
               (e.data ->> 'first_day')::date AS first_day, (e.data ->> 'last_day')::date AS last_day,
               e.data -> 'closed_days' AS closed_days
        FROM cot_log.events_in_scope(p_district, p_position, p_to, '{}') e
        WHERE e.type = 'SchoolCalendarPublished'
    ), closed AS (
        SELECT d.day::date AS day
        FROM calendar c CROSS JOIN LATERAL jsonb_array_elements_text(c.closed_days) AS d (day)
        WHERE NOT EXISTS (SELECT FROM calendar later
                          WHERE later.n > c.n AND d.day::date BETWEEN later.first_day AND later.last_day)
    )
    SELECT count(*)::integer FROM generate_series(1, p_to - p_from) AS s (n)
    WHERE extract(isodow FROM p_from + s.n) < 6 AND NOT EXISTS (SELECT FROM closed c WHERE c.day = p_from + s.n)
$$;
