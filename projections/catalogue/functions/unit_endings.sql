-- The units that have ended by a day: when, how (merged, split, dissolved) and who came after them, the heir first.
-- Endings lie in the district's own stream, so they are found by its subject whatever units are asked about.
CREATE OR REPLACE FUNCTION cot_projection.unit_endings(p_district text, p_position bigint, p_effective date)
RETURNS TABLE (unit text, ended_on date, ended_as text, successors text[], ending_position bigint) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (u.unit) u.unit, e.effective_from,
           CASE e.type WHEN 'UnitsMerged' THEN 'merged' WHEN 'UnitSplit' THEN 'split' ELSE 'dissolved' END,
           CASE WHEN e.type = 'UnitSplit'
                THEN ARRAY[e.data ->> 'heir'] || ARRAY(
                    SELECT s.code FROM jsonb_array_elements_text(e.data -> 'successors') WITH ORDINALITY AS s (code, n)
                    WHERE s.code <> e.data ->> 'heir' ORDER BY s.n)
                ELSE ARRAY[e.data ->> 'successor'] END,
           e.position
    FROM cot_log.events_in_scope(p_district, p_position, p_effective, ARRAY['district:all']) e
    CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE WHEN e.type = 'UnitsMerged' THEN e.data -> 'units' ELSE jsonb_build_array(e.data -> 'unit') END) AS u (unit)
    WHERE e.type IN ('UnitsMerged', 'UnitSplit', 'UnitDissolved')
    ORDER BY u.unit, e.effective_from DESC, e.fact_position DESC
$$;
