-- Whether the log holds an event that takes this value away. Found by the event's own subject, so by index.
CREATE FUNCTION cot_log.is_withdrawn(p_district text, p_position bigint, p_field text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM cot_log.event t
        JOIN cot_log.event_subject s ON s.district = p_district AND s.subject = 'event:' || t.event_id::text
        JOIN cot_log.event w ON w.district = p_district AND w.position = s.position
        CROSS JOIN LATERAL jsonb_array_elements(w.data -> 'withdrawn') AS x (named)
        WHERE t.district = p_district AND t.position = p_position
          AND w.type IN ('ValuesWithdrawn', 'RecordsDisposed')
          AND x.named ->> 'event_id' = t.event_id::text AND x.named -> 'fields' ? p_field)
$$;
