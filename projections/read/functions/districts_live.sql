-- The districts and their names, with the owner's rights; the name is that of the district's founding fact.
CREATE OR REPLACE FUNCTION cot_projection.districts_live() RETURNS TABLE (
    district text, name text, clock text, time_zone text, today date, last_position bigint, last_recorded_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.district, f.name, l.clock, l.time_zone, cot_projection.today(l.district), l.head_position,
           l.head_recorded_at
    FROM cot_log.log l
    LEFT JOIN LATERAL (
        SELECT e.data ->> 'name' AS name
        FROM cot_log.events_in_scope(l.district, l.head_position, 'infinity', '{}') e
        WHERE e.type = 'DistrictEstablished' ORDER BY e.position DESC LIMIT 1
    ) f ON true
$$;
-- Whoever reads the view must be allowed to execute this; by name analysts cannot reach it.
GRANT EXECUTE ON FUNCTION cot_projection.districts_live() TO cot_analyst;
