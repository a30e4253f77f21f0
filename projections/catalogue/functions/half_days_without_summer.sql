-- Days from one date to a later one in half days, a summer day counting as many half days as said, a day on hold none.
CREATE OR REPLACE FUNCTION cot_projection.half_days_without_summer(
    p_from date, p_to date, p_summers datemultirange, p_holds datemultirange, p_summer_half_days integer
) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT cot_projection.weighted_half_days(p_from, p_to, '{}'::datemultirange, p_holds)
        - (2 - p_summer_half_days) * (cot_projection.weighted_half_days(p_from, p_to, '{}'::datemultirange, p_holds)
                                      - cot_projection.weighted_half_days(p_from, p_to, p_summers, p_holds))
$$;
