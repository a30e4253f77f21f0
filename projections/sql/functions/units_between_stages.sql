-- The units that stand between two stages on each of some days, and the event that put them there. A unit that is on hold
-- on that day or by the last day of the question, or has ended by then, is in none; nor is one that is not registered.
CREATE OR REPLACE FUNCTION cot_projection.units_between_stages(
    p_district text, p_position bigint, p_effective date, p_days date[], p_first_stage text, p_last_stage text
) RETURNS TABLE ("day" date, unit text, stage text, "position" bigint) LANGUAGE sql STABLE AS $$
    WITH scope AS MATERIALIZED (
        SELECT e.position, e.fact_position, e.type, e.effective_from, e.data, e.data ->> 'unit' AS unit
        FROM cot_log.events_in_scope(p_district, p_position, p_effective, NULL) e
        WHERE e.type IN ('UnitRegistered', 'UnitStageEntered', 'UnitStageReverted', 'UnitRestarted', 'UnitPutOnHold', 'UnitHoldLifted')
    ), standing AS (
        SELECT DISTINCT ON (d.day, s.unit) d.day, s.unit, s.position,
               CASE s.type WHEN 'UnitRestarted' THEN 'S1' ELSE s.data ->> 'to_stage' END AS stage
        FROM unnest(p_days) AS d (day) JOIN scope s ON s.effective_from <= d.day
        WHERE s.type IN ('UnitStageEntered', 'UnitStageReverted', 'UnitRestarted')
        ORDER BY d.day, s.unit, s.effective_from DESC, s.fact_position DESC
    ), hold AS (
        SELECT h.unit, h.effective_from AS first_day, least((h.data ->> 'until')::date + 1, (
            SELECT min(l.effective_from) FROM scope l
            WHERE l.type = 'UnitHoldLifted' AND l.unit = h.unit AND l.effective_from >= h.effective_from
              AND l.fact_position > h.fact_position)) AS first_day_after
        FROM scope h WHERE h.type = 'UnitPutOnHold'
    )
    SELECT t.day, t.unit, t.stage, t.position FROM standing t
    WHERE t.stage BETWEEN p_first_stage AND p_last_stage
      AND EXISTS (SELECT FROM scope r WHERE r.type = 'UnitRegistered' AND r.unit = t.unit)
      AND NOT EXISTS (SELECT FROM hold h WHERE h.unit = t.unit AND (
          (h.first_day <= t.day AND t.day < h.first_day_after) OR (h.first_day <= p_effective AND p_effective < h.first_day_after)))
      AND t.unit NOT IN (SELECT e.unit FROM cot_projection.ended_units(p_district, p_position, p_effective) e)
$$;
