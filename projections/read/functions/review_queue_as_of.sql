-- The reviews as known at a time and effective on a day, as they looked on that day. With the owner's rights,
-- because analysts may see neither the log nor the computed rows themselves.
CREATE OR REPLACE FUNCTION cot_read.review_queue_as_of(
    p_district text, p_known_at timestamptz DEFAULT NULL, p_effective_on date DEFAULT NULL
) RETURNS SETOF cot_projection.review_queue_answer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.district, r.review, r.review_type, r.about, r.title, r.status, r.opened_on, r.due_on, r.held_on,
           r.closed_on, r.policy, r.rule, r.cause_key, r.causes, r.facts, r.decisions, r.actions_open,
           r.actions_total, r.actions, r.next_on, r.phase, r.packet_digest, r.packet_position,
           r.postponed_count, r.effect_due_on, r.ended_as, r.opened_position, r.last_event_position, o.overdue, o.days_overdue,
           o.days_until_due,
           k.position, cot_projection.position_time(p_district, k.position), k.clock
    FROM (SELECT cot_projection.known_position(p_district, p_known_at) AS position, l.clock,
                 coalesce(p_effective_on, (p_known_at AT TIME ZONE l.time_zone)::date,
                          cot_projection.today(p_district)) AS day
          FROM cot_log.log l WHERE l.district = p_district
          UNION ALL
          -- A district without a log: let the question fail, instead of giving no rows.
          SELECT cot_projection.known_position(p_district, p_known_at), NULL, NULL
          WHERE NOT EXISTS (SELECT FROM cot_log.log l WHERE l.district = p_district)) k
    CROSS JOIN LATERAL cot_projection.review_queue_rows(p_district, k.position, k.day, NULL) r
    CROSS JOIN LATERAL cot_projection.review_queue_on(r, k.position, k.day) o
$$;
COMMENT ON FUNCTION cot_read.review_queue_as_of IS
    'The view review_queue as it was: known at a time (NULL: all that is known) and effective on a day (NULL: that time''s day).';
