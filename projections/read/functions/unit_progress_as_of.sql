-- The units as known at a time and effective on a day, as they looked on that day. With the owner's rights,
-- because analysts may see neither the log nor the computed rows themselves.
CREATE OR REPLACE FUNCTION cot_read.unit_progress_as_of(
    p_district text, p_known_at timestamptz DEFAULT NULL, p_effective_on date DEFAULT NULL
) RETURNS SETOF cot_projection.unit_progress_answer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.district, r.unit, r.name, r.catalogue_code, r.staged, r.stage, r.stage_entered_on, r.head,
           r.head_acting, r.head_vacant_since, r.musts_met, r.musts_total, r.rest_met, r.rest_total, r.unmet,
           r.d1, r.d1_count, r.d2, r.d2_count, r.d3, r.d3_count, r.d4, r.d4_count, r.d5, r.d5_count,
           r.ratings_count, r.oldest_evidence_on, r.contested, r.activities_open, r.activities_done,
           r.activities_abandoned, r.open_due_dates, r.actions_open, r.action_due_dates, r.last_activity_on,
           r.last_qualifying_on, r.last_qualifying_position, r.holds, r.facts_d1, r.facts_d2, r.facts_d3,
           r.facts_d4, r.facts_d5, r.announced_count, r.newest_fact_on, r.newest_known_on,
           r.ended_on, r.ended_as, r.successors, r.came_from, r.actions_escalated,
           r.last_event_position, o.days_in_stage, o.musts_open, o.first_unmet, o.first_unmet_text,
           o.exit_percent_rest, o.activities_overdue, o.actions_overdue, o.idle_half_days, o.stalled,
           o.on_hold, o.on_hold_until, o.head_vacant, o.newest_fact_age_days,
           k.position, cot_projection.position_time(p_district, k.position), k.clock
    FROM (SELECT cot_projection.known_position(p_district, p_known_at) AS position, l.clock,
                 coalesce(p_effective_on, (p_known_at AT TIME ZONE l.time_zone)::date,
                          cot_projection.today(p_district)) AS day
          FROM cot_log.log l WHERE l.district = p_district
          UNION ALL
          -- A district without a log: let the question fail, instead of giving no rows.
          SELECT cot_projection.known_position(p_district, p_known_at), NULL, NULL
          WHERE NOT EXISTS (SELECT FROM cot_log.log l WHERE l.district = p_district)) k
    CROSS JOIN LATERAL cot_projection.unit_progress_rows(p_district, k.position, k.day, NULL) r
    CROSS JOIN LATERAL cot_projection.unit_progress_on(r, k.position, k.day) o
$$;
COMMENT ON FUNCTION cot_read.unit_progress_as_of IS
    'The view unit_progress as it was: known at a time (NULL: all that is known) and effective on a day (NULL: that time''s day).';
