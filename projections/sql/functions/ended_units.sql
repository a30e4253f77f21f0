-- The units that are no more, as known at a position and effective by a day: merged, split or dissolved.
CREATE OR REPLACE FUNCTION cot_projection.ended_units(p_district text, p_position bigint, p_effective date)
RETURNS TABLE (unit text) LANGUAGE sql STABLE AS $$
    SELECT ended.unit
    FROM cot_log.events_in_scope(p_district, p_position, p_effective, ARRAY['district:all']) e
    CROSS JOIN LATERAL (
        SELECT jsonb_array_elements_text(e.data -> 'units') WHERE e.type = 'UnitsMerged'
        UNION ALL SELECT e.data ->> 'unit' WHERE e.type IN ('UnitSplit', 'UnitDissolved')
    ) AS ended (unit)
    WHERE e.type IN ('UnitsMerged', 'UnitSplit', 'UnitDissolved')
$$;
