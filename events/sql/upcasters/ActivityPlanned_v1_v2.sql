-- ActivityPlanned version 1 named a single unit; version 2 names a list of units. Never replaced once shipped.
CREATE FUNCTION cot_log."ActivityPlanned_v1_v2"(p_data jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (p_data - 'unit') || jsonb_build_object('units', jsonb_build_array(p_data ->> 'unit'))
$$;
