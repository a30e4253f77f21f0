-- The first value in the order given that is not NULL; NULL if there is none.
CREATE OR REPLACE AGGREGATE cot_projection.opening_known(anycompatible) (
    SFUNC = cot_projection.kept_first, STYPE = anycompatible
);
