-- The summers of the school calendar in force, as known at a position and effective by a day.
CREATE OR REPLACE FUNCTION cot_projection.summers(p_district text, p_position bigint, p_today date)
RETURNS datemultirange LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT range_agg(daterange((s.summer ->> 'first')::date, (s.summer ->> 'last')::date, '[]'))
        FROM (SELECT e.data FROM cot_log.events_in_scope(p_district, p_position, p_today, '{}'::text[]) e
              WHERE e.type = 'SchoolCalendarPublished' ORDER BY e.effective_from DESC, e.fact_position DESC LIMIT 1) c
        CROSS JOIN LATERAL jsonb_array_elements(c.data -> 'summers') AS s (summer)), '{}'::datemultirange)
$$;
