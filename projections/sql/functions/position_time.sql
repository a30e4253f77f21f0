-- When the event at a position was recorded; for position 0, when the log began.
CREATE OR REPLACE FUNCTION cot_projection.position_time(p_district text, p_position bigint) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT e.recorded_at FROM cot_log.event e
                     WHERE e.district = p_district AND e.position = p_position),
                    (SELECT l.created_at FROM cot_log.log l WHERE l.district = p_district))
$$;
