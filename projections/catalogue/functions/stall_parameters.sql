-- The parameters by which a unit counts as stalled: those of the district's stalled_unit policy in force (the last
-- adopted, if it has several), else the shipped ones. Shape: {"days": {"S1": 60, ...}, "summer_half_days": 1}.
CREATE OR REPLACE FUNCTION cot_projection.stall_parameters(p_district text, p_position bigint, p_effective date)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    WITH adopted AS (
        SELECT DISTINCT ON (e.data ->> 'policy') e.data, e.effective_from, e.fact_position
        FROM cot_log.events_in_scope(p_district, p_position, p_effective, '{}') e
        WHERE e.type = 'ReviewPolicyAdopted'
        ORDER BY e.data ->> 'policy', e.effective_from DESC, e.fact_position DESC
    )
    SELECT coalesce((
        SELECT a.data -> 'parameters' FROM adopted a
        WHERE a.data ->> 'rule' = 'stalled_unit' AND (a.data ->> 'active')::boolean
        ORDER BY a.effective_from DESC, a.fact_position DESC LIMIT 1
    ), '{"days": {"S1": 60, "S2": 60, "S3": 45, "S4": 45, "S5": 90}, "summer_half_days": 1}'::jsonb)
$$;
