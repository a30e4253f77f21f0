-- The live units of all districts as they look today, with the owner's rights. Where a fact that was recorded
-- ahead has come due since the rows were stored, they are computed instead, at the position the stored ones have.
CREATE OR REPLACE FUNCTION cot_projection.unit_progress_live() RETURNS SETOF cot_projection.unit_progress_answer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH standing AS MATERIALIZED (
        SELECT c.district, c.generation, c.position, c.next_effective, l.clock,
               cot_projection.today(c.district) AS today,
               cot_projection.position_time(c.district, c.position) AS recorded_at
        FROM cot_projection.checkpoint c
        JOIN cot_log.log l ON l.district = c.district
        WHERE c.projection = 'unit_progress' AND c.state = 'live'
    )
    SELECT t.district, t.unit, t.name, t.catalogue_code, t.staged, t.stage, t.stage_entered_on, t.head,
           t.head_acting, t.head_vacant_since, t.musts_met, t.musts_total, t.rest_met, t.rest_total, t.unmet,
           t.d1, t.d1_count, t.d2, t.d2_count, t.d3, t.d3_count, t.d4, t.d4_count, t.d5, t.d5_count,
           t.ratings_count, t.oldest_evidence_on, t.contested, t.activities_open, t.activities_done,
           t.activities_abandoned, t.open_due_dates, t.actions_open, t.action_due_dates, t.last_activity_on,
           t.last_qualifying_on, t.last_qualifying_position, t.holds, t.facts_d1, t.facts_d2, t.facts_d3,
           t.facts_d4, t.facts_d5, t.announced_count, t.newest_fact_on, t.newest_known_on,
           t.ended_on, t.ended_as, t.successors, t.came_from, t.actions_escalated,
           t.last_event_position, o.days_in_stage, o.musts_open, o.first_unmet, o.first_unmet_text,
           o.exit_percent_rest, o.activities_overdue, o.actions_overdue, o.idle_half_days, o.stalled,
           o.on_hold, o.on_hold_until, o.head_vacant, o.newest_fact_age_days,
           c.position, c.recorded_at, c.clock
    FROM standing c
    JOIN cot_projection.unit_progress t ON t.district = c.district AND t.generation = c.generation
    CROSS JOIN LATERAL cot_projection.unit_progress_on(
        ROW(t.district, t.key, t.unit, t.name, t.catalogue_code, t.staged, t.stage, t.stage_entered_on, t.head,
        t.head_acting, t.head_vacant_since, t.musts_met, t.musts_total, t.rest_met, t.rest_total, t.unmet,
        t.d1, t.d1_count, t.d2, t.d2_count, t.d3, t.d3_count, t.d4, t.d4_count, t.d5, t.d5_count,
        t.ratings_count, t.oldest_evidence_on, t.contested, t.activities_open, t.activities_done,
        t.activities_abandoned, t.open_due_dates, t.actions_open, t.action_due_dates, t.last_activity_on,
        t.last_qualifying_on, t.last_qualifying_position, t.holds, t.facts_d1, t.facts_d2, t.facts_d3,
        t.facts_d4, t.facts_d5, t.announced_count, t.newest_fact_on, t.newest_known_on,
       t.ended_on, t.ended_as, t.successors, t.came_from, t.actions_escalated, t.last_event_position
        )::cot_projection.unit_progress_row, c.position, c.today) o
    WHERE c.next_effective IS NULL OR c.next_effective > c.today
    UNION ALL
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
           c.position, c.recorded_at, c.clock
    FROM standing c
    CROSS JOIN LATERAL cot_projection.unit_progress_rows(c.district, c.position, c.today, NULL) r
    CROSS JOIN LATERAL cot_projection.unit_progress_on(r, c.position, c.today) o
    WHERE c.next_effective <= c.today
$$;
-- Whoever reads the view must be allowed to execute this; by name analysts cannot reach it.
GRANT EXECUTE ON FUNCTION cot_projection.unit_progress_live() TO cot_analyst;
