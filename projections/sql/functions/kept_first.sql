-- The step of `first_known`: STRICT, so it is asked only about values that are not NULL.
CREATE OR REPLACE FUNCTION cot_projection.kept_first(kept anycompatible, newer anycompatible)
RETURNS anycompatible LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT kept
$$;
