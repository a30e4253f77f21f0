-- The rows as known at a position and effective by a day, as they looked on that day: some keys, or all if NULL.
SELECT r.district, r.key, r.unit, r.name, r.catalogue_code, r.staged, r.stage, r.stage_entered_on, r.head,
       r.head_acting, r.head_vacant_since, r.musts_met, r.musts_total, r.rest_met, r.rest_total, r.unmet, r.d1,
       r.d1_count, r.d2, r.d2_count, r.d3, r.d3_count, r.d4, r.d4_count, r.d5, r.d5_count, r.ratings_count,
       r.oldest_evidence_on, r.contested, r.activities_open, r.activities_done, r.activities_abandoned,
       r.open_due_dates, r.actions_open, r.action_due_dates, r.last_activity_on, r.last_qualifying_on,
       r.last_qualifying_position, r.holds, r.facts_d1, r.facts_d2, r.facts_d3, r.facts_d4, r.facts_d5,
       r.announced_count, r.newest_fact_on, r.newest_known_on,
       r.ended_on, r.ended_as, r.successors, r.came_from, r.actions_escalated, r.last_event_position,
       o.days_in_stage, o.musts_open, o.first_unmet, o.first_unmet_text, o.exit_percent_rest, o.activities_overdue,
       o.actions_overdue, o.idle_half_days, o.stalled, o.on_hold, o.on_hold_until, o.head_vacant,
       o.newest_fact_age_days
FROM cot_projection.unit_progress_rows(%(district)s, %(position)s, %(today)s, %(keys)s::text[]) r
CROSS JOIN LATERAL cot_projection.unit_progress_on(r, %(position)s, %(today)s) o
ORDER BY r.unit
