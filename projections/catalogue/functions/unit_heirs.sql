-- To whom passes what an ended unit leaves: its heir, the heir's heir when that one ended too, and so on, each from the
-- day on which it is so. Of the heirs of a day the one of most steps counts. A circle of endings is left where it closes.
CREATE OR REPLACE FUNCTION cot_projection.unit_heirs(p_district text, p_position bigint, p_effective date)
RETURNS TABLE (unit text, heir text, since date, steps integer) LANGUAGE sql STABLE AS $$
    WITH RECURSIVE ending AS MATERIALIZED (
        SELECT e.unit, e.successors[1] AS heir, e.ended_on
        FROM cot_projection.unit_endings(p_district, p_position, p_effective) e
    ), chain AS (
        SELECT e.unit, e.heir, e.ended_on AS since, ARRAY[e.unit, e.heir] AS path FROM ending e WHERE e.heir <> e.unit
        UNION ALL
        SELECT c.unit, e.heir, greatest(c.since, e.ended_on), c.path || e.heir
        FROM chain c JOIN ending e ON e.unit = c.heir WHERE e.heir <> ALL (c.path)
    )
    SELECT c.unit, c.heir, c.since, cardinality(c.path) - 1 FROM chain c
$$;
