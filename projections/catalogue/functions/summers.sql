-- The summer days of a district by the calendars known at a position and effective by a day. For a day that several
-- calendars cover, the one that counts last decides.
CREATE OR REPLACE FUNCTION cot_projection.summers(p_district text, p_position bigint, p_today date)
RETURNS datemultirange LANGUAGE sql STABLE AS $$
    WITH calendar AS (
        SELECT row_number() OVER (ORDER BY e.effective_from, e.fact_position) AS n,
               daterange((e.data ->> 'first_day')::date, (e.data ->> 'last_day')::date, '[]') AS covered,
               (SELECT range_agg(daterange((s ->> 'first')::date, (s ->> 'last')::date, '[]'))
                FROM jsonb_array_elements(e.data -> 'summers') AS s) AS summer
        FROM cot_log.events_in_scope(p_district, p_position, p_today, '{}') e
        WHERE e.type = 'SchoolCalendarPublished'
    )
    SELECT coalesce(range_agg(c.summer - coalesce((
        SELECT range_agg(later.covered) FROM calendar later WHERE later.n > c.n), '{}')), '{}')
    FROM calendar c
$$;
