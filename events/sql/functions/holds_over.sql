-- The legal holds that cover an event: placed, not released as a whole, about the days on which it happened, and
-- naming a unit that it concerns or its stream which is not released (or naming neither: the whole district). A date
-- that is known to the month or year only is taken to reach as far as it may.
CREATE FUNCTION cot_log.holds_over(p_district text, p_position bigint) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT h.data ->> 'hold' FROM cot_log.event t
    JOIN cot_log.event h ON h.district = p_district AND h.stream = 'holds' AND h.type = 'LegalHoldPlaced'
    WHERE t.district = p_district AND t.position = p_position
      AND coalesce((h.data ->> 'happened_from')::date, '-infinity')
          <= t.occurred_on + CASE t.precision WHEN 'day' THEN 0 WHEN 'month' THEN 30 ELSE 365 END
      AND t.occurred_on <= coalesce((h.data ->> 'happened_to')::date, 'infinity')
      AND NOT EXISTS (
          SELECT FROM cot_log.event r
          WHERE r.district = p_district AND r.stream = 'holds' AND r.type = 'LegalHoldReleased'
            AND r.data ->> 'hold' = h.data ->> 'hold' AND (r.data ->> 'whole')::boolean)
      AND (
          (jsonb_array_length(h.data -> 'units') = 0 AND jsonb_array_length(h.data -> 'streams') = 0)
          OR EXISTS (
              SELECT FROM jsonb_array_elements_text(h.data -> 'units') AS u (unit)
              WHERE 'unit:' || u.unit = ANY (t.subjects) AND NOT EXISTS (
                  SELECT FROM cot_log.event r
                  WHERE r.district = p_district AND r.stream = 'holds' AND r.type = 'LegalHoldReleased'
                    AND r.data ->> 'hold' = h.data ->> 'hold' AND r.data -> 'units' ? u.unit))
          OR (h.data -> 'streams' ? t.stream AND NOT EXISTS (
                  SELECT FROM cot_log.event r
                  WHERE r.district = p_district AND r.stream = 'holds' AND r.type = 'LegalHoldReleased'
                    AND r.data ->> 'hold' = h.data ->> 'hold' AND r.data -> 'streams' ? t.stream))
      )
    ORDER BY 1
$$;
