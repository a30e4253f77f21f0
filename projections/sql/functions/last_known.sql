-- The last value in the order given that is not NULL; NULL if there is none. Kept as it goes along, where an array of
-- all values would be built to take one of them.
CREATE OR REPLACE AGGREGATE cot_projection.last_known(anycompatible) (
    SFUNC = cot_projection.kept_last, STYPE = anycompatible
);
