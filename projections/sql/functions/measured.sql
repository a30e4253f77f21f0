-- The values of a measure that may be shown: those with at least as many behind them as the measure's definition of
-- their version asks for, and of units that are still there. Numbers are exact decimals.
CREATE OR REPLACE FUNCTION cot_projection.measured(p_district text, p_position bigint, p_effective date, p_measure text)
RETURNS TABLE (
    about text, school_group text, period_from date, period_to date, value numeric, n integer, better text,
    "position" bigint, fact_position bigint
) LANGUAGE sql STABLE AS $$
    WITH scope AS MATERIALIZED (
        SELECT e.position, e.fact_position, e.type, e.effective_from, e.data
        FROM cot_log.events_in_scope(p_district, p_position, p_effective, ARRAY['measure:' || p_measure]) e
        WHERE e.type IN ('MeasureDefined', 'MeasurementRecorded') AND e.data ->> 'measure' = p_measure
    ), defined AS (
        SELECT DISTINCT ON (s.data ->> 'version') s.data ->> 'version' AS version, (s.data ->> 'minimum_n')::integer AS minimum_n
        FROM scope s WHERE s.type = 'MeasureDefined'
        ORDER BY s.data ->> 'version', s.effective_from DESC, s.fact_position DESC
    )
    SELECT m.data ->> 'about', m.data ->> 'group', (m.data ->> 'period_from')::date, (m.data ->> 'period_to')::date,
           (m.data ->> 'value')::numeric, (m.data ->> 'n')::integer, m.data ->> 'better', m.position, m.fact_position
    FROM scope m JOIN defined d ON d.version = m.data ->> 'measure_version'
    WHERE m.type = 'MeasurementRecorded' AND (m.data ->> 'n')::integer >= d.minimum_n
      AND NOT EXISTS (SELECT FROM cot_projection.ended_units(p_district, p_position, p_effective) u
                      WHERE m.data ->> 'about' = 'unit:' || u.unit)
$$;
