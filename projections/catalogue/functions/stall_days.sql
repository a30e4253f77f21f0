-- After how many days without a qualifying event a unit in a stage counts as stalled: by the district's adopted policy
-- for stalled units, else by this project's defaults.
CREATE OR REPLACE FUNCTION cot_projection.stall_days(p_district text, p_position bigint, p_today date, p_stage text)
RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT (e.data -> 'parameters' -> 'days' ->> p_stage)::integer
        FROM cot_log.events_in_scope(p_district, p_position, p_today, '{}'::text[]) e
        WHERE e.type = 'ReviewPolicyAdopted' AND e.data ->> 'rule' = 'stalled_unit'
        ORDER BY (e.data ->> 'active')::boolean DESC, e.effective_from DESC, e.fact_position DESC LIMIT 1),
        CASE p_stage WHEN 'S1' THEN 60 WHEN 'S2' THEN 60 WHEN 'S3' THEN 45 WHEN 'S4' THEN 45 WHEN 'S5' THEN 90 END)
$$;
