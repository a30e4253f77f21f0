-- Where each unit stands: its stage, what its gate still lacks, how it is rated, what is open: one row per unit, as it looks today.
CREATE OR REPLACE VIEW cot_read.unit_progress AS
SELECT l.district, l.unit, l.name, l.catalogue_code, l.staged, l.stage, l.stage_entered_on, l.head,
       l.head_acting, l.head_vacant_since, l.musts_met, l.musts_total, l.rest_met, l.rest_total, l.unmet, l.d1,
       l.d1_count, l.d2, l.d2_count, l.d3, l.d3_count, l.d4, l.d4_count, l.d5, l.d5_count, l.ratings_count,
       l.oldest_evidence_on, l.contested, l.activities_open, l.activities_done, l.activities_abandoned,
       l.open_due_dates, l.actions_open, l.action_due_dates, l.last_activity_on, l.last_qualifying_on,
       l.last_qualifying_position, l.holds, l.facts_d1, l.facts_d2, l.facts_d3, l.facts_d4, l.facts_d5,
       l.announced_count, l.newest_fact_on, l.newest_known_on,
       l.ended_on, l.ended_as, l.successors, l.came_from, l.actions_escalated, l.last_event_position, l.days_in_stage,
       l.musts_open, l.first_unmet, l.first_unmet_text, l.exit_percent_rest, l.activities_overdue,
       l.actions_overdue, l.idle_half_days, l.stalled, l.on_hold, l.on_hold_until, l.head_vacant,
       l.newest_fact_age_days, l.as_of_position, l.as_of_time, l.clock
FROM cot_projection.unit_progress_live() l;
COMMENT ON VIEW cot_read.unit_progress IS
    'Where each unit stands: its stage, what its gate still lacks, how it is rated, what is open: one row per unit, as it looks today.';
COMMENT ON COLUMN cot_read.unit_progress.days_in_stage IS
    'Days since the stage counts; days on hold are left out.';
COMMENT ON COLUMN cot_read.unit_progress.musts_open IS
    'Criteria for leaving the stage that must be met and are neither met nor waived today.';
COMMENT ON COLUMN cot_read.unit_progress.first_unmet IS
    'The first criterion for leaving the stage that is neither met nor waived today.';
COMMENT ON COLUMN cot_read.unit_progress.first_unmet_text IS
    'That criterion in words.';
COMMENT ON COLUMN cot_read.unit_progress.exit_percent_rest IS
    'Share of the other criteria that are met or waived today, in percent.';
COMMENT ON COLUMN cot_read.unit_progress.activities_overdue IS
    'Open activities whose due date has passed.';
COMMENT ON COLUMN cot_read.unit_progress.actions_overdue IS
    'Open action items whose due date has passed.';
COMMENT ON COLUMN cot_read.unit_progress.idle_half_days IS
    'Half days since anything that counts happened: a day counts two, a summer day one, a day on hold none.';
COMMENT ON COLUMN cot_read.unit_progress.stalled IS
    'Whether nothing that counts has happened for the days that its stage allows; empty where no limit applies.';
COMMENT ON COLUMN cot_read.unit_progress.on_hold IS
    'Whether its clock stands still today.';
COMMENT ON COLUMN cot_read.unit_progress.on_hold_until IS
    'Last day of the hold it is in.';
COMMENT ON COLUMN cot_read.unit_progress.head_vacant IS
    'Whether it has no head, after having had one.';
COMMENT ON COLUMN cot_read.unit_progress.newest_fact_age_days IS
    'Days since the newest published fact about it.';
COMMENT ON COLUMN cot_read.unit_progress.as_of_position IS
    'Position in the district''s log up to which this row takes events into account; quote it with any figure.';
COMMENT ON COLUMN cot_read.unit_progress.as_of_time IS 'When the event at that position was recorded.';
COMMENT ON COLUMN cot_read.unit_progress.clock IS
    'server: recording times are real; simulated: they were supplied, as in a history made from publications.';
