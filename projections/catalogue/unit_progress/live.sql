-- The stored rows of a generation as they look on a day: some keys, or all if NULL.
SELECT t.district, t.key, t.unit, t.name, t.catalogue_code, t.staged, t.stage, t.stage_entered_on, t.head,
       t.head_acting, t.head_vacant_since, t.musts_met, t.musts_total, t.rest_met, t.rest_total, t.unmet, t.d1,
       t.d1_count, t.d2, t.d2_count, t.d3, t.d3_count, t.d4, t.d4_count, t.d5, t.d5_count, t.ratings_count,
       t.oldest_evidence_on, t.contested, t.activities_open, t.activities_done, t.activities_abandoned,
       t.open_due_dates, t.actions_open, t.action_due_dates, t.last_activity_on, t.last_qualifying_on,
       t.last_qualifying_position, t.holds, t.facts_d1, t.facts_d2, t.facts_d3, t.facts_d4, t.facts_d5,
       t.announced_count, t.newest_fact_on, t.newest_known_on,
       t.ended_on, t.ended_as, t.successors, t.came_from, t.actions_escalated, t.last_event_position,
       o.days_in_stage, o.musts_open, o.first_unmet, o.first_unmet_text, o.exit_percent_rest, o.activities_overdue,
       o.actions_overdue, o.idle_half_days, o.stalled, o.on_hold, o.on_hold_until, o.head_vacant,
       o.newest_fact_age_days
FROM cot_projection.unit_progress t
CROSS JOIN LATERAL (SELECT
    ROW(t.district, t.key, t.unit, t.name, t.catalogue_code, t.staged, t.stage, t.stage_entered_on, t.head,
        t.head_acting, t.head_vacant_since, t.musts_met, t.musts_total, t.rest_met, t.rest_total,
        t.unmet, t.d1, t.d1_count, t.d2, t.d2_count, t.d3, t.d3_count, t.d4, t.d4_count, t.d5,
        t.d5_count, t.ratings_count, t.oldest_evidence_on, t.contested, t.activities_open,
        t.activities_done, t.activities_abandoned, t.open_due_dates, t.actions_open, t.action_due_dates,
        t.last_activity_on, t.last_qualifying_on, t.last_qualifying_position, t.holds, t.facts_d1,
        t.facts_d2, t.facts_d3, t.facts_d4, t.facts_d5, t.announced_count, t.newest_fact_on,
        t.newest_known_on,
       t.ended_on, t.ended_as, t.successors, t.came_from, t.actions_escalated, t.last_event_position)
    ::cot_projection.unit_progress_row AS whole) w
CROSS JOIN LATERAL cot_projection.unit_progress_on(w.whole, %(position)s, %(today)s) o
WHERE t.district = %(district)s AND t.generation = %(generation)s
  AND (%(keys)s::text[] IS NULL OR t.key = ANY (%(keys)s::text[]))
ORDER BY t.unit
