-- Days from one date to a later one in half days: a day counts two, a summer day one, a day on hold none. The first
-- day itself does not count, the last one does.
CREATE OR REPLACE FUNCTION cot_projection.weighted_half_days(
    p_from date, p_to date, p_summers datemultirange, p_holds datemultirange
) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(sum(2 * (upper(w.r) - lower(w.r))), 0)::integer - (
               SELECT coalesce(sum(upper(s.r) - lower(s.r)), 0)::integer
               FROM unnest((datemultirange(daterange(p_from + 1, greatest(p_to, p_from) + 1)) - p_holds) * p_summers) AS s (r))
    FROM unnest(datemultirange(daterange(p_from + 1, greatest(p_to, p_from) + 1)) - p_holds) AS w (r)
$$;
