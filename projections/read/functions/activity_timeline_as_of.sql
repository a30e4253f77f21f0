-- The activities as known at a time and effective on a day, as they looked on that day. With the owner's rights,
-- because analysts may see neither the log nor the computed rows themselves.
CREATE OR REPLACE FUNCTION cot_read.activity_timeline_as_of(
    p_district text, p_known_at timestamptz DEFAULT NULL, p_effective_on date DEFAULT NULL
) RETURNS SETOF cot_projection.activity_timeline_answer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.district, r.activity, r.kind, r.published_kind, r.units, r.dimension, r.title, r.owner, r.status,
           r.occurred_on, r.last_day, r."precision", r.starts_on, r.due_on, r.started_on, r.finished_on,
           r.schools_percent, r.evidence, r.quantity, r.quantity_unit, r.published_summary, r.source_title,
           r.source_url, r.known_on, r.external_id, r.known_position, r.summary_position,
           r.last_event_position, o.overdue, o.days_overdue,
           k.position, cot_projection.position_time(p_district, k.position), k.clock
    FROM (SELECT cot_projection.known_position(p_district, p_known_at) AS position, l.clock,
                 coalesce(p_effective_on, (p_known_at AT TIME ZONE l.time_zone)::date,
                          cot_projection.today(p_district)) AS day
          FROM cot_log.log l WHERE l.district = p_district
          UNION ALL
          -- A district without a log: let the question fail, instead of giving no rows.
          SELECT cot_projection.known_position(p_district, p_known_at), NULL, NULL
          WHERE NOT EXISTS (SELECT FROM cot_log.log l WHERE l.district = p_district)) k
    CROSS JOIN LATERAL cot_projection.activity_timeline_rows(p_district, k.position, k.day, NULL) r
    CROSS JOIN LATERAL cot_projection.activity_timeline_on(r, k.position, k.day) o
$$;
COMMENT ON FUNCTION cot_read.activity_timeline_as_of IS
    'The view activity_timeline as it was: known at a time (NULL: all that is known) and effective on a day (NULL: that time''s day).';
