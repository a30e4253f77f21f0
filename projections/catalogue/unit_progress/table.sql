-- The stored rows of each generation, and what every column means.
CREATE TABLE cot_projection.unit_progress (
    generation integer NOT NULL,
    LIKE cot_projection.unit_progress_row,
    PRIMARY KEY (district, generation, unit)
);
CREATE INDEX unit_progress_by_key ON cot_projection.unit_progress (district, generation, key);
COMMENT ON TABLE cot_projection.unit_progress IS 'One row per registered unit: where it stands, what its gate still lacks, how it is rated, what is open.';
COMMENT ON COLUMN cot_projection.unit_progress.generation IS 'Which build of the projection the row belongs to.';
COMMENT ON COLUMN cot_projection.unit_progress.district IS 'The district.';
COMMENT ON COLUMN cot_projection.unit_progress.key IS 'The subject whose events the row is computed from: unit:<unit>.';
COMMENT ON COLUMN cot_projection.unit_progress.unit IS 'Code of the unit in its district.';
COMMENT ON COLUMN cot_projection.unit_progress.name IS 'Name of the unit.';
COMMENT ON COLUMN cot_projection.unit_progress.catalogue_code IS 'Its counterpart among the 27 catalogue units, if it has one.';
COMMENT ON COLUMN cot_projection.unit_progress.staged IS 'False when the unit is known from published facts only: then it has no stage and no rating.';
COMMENT ON COLUMN cot_projection.unit_progress.stage IS 'Stage of its reorganization: S0 registered, S1 baselined, S2 designing, S3 installing, S4 piloting, S5 operating, S6 sustaining.';
COMMENT ON COLUMN cot_projection.unit_progress.stage_entered_on IS 'Day from which the stage counts.';
COMMENT ON COLUMN cot_projection.unit_progress.head IS 'Actor id of its head; empty when vacant or never named.';
COMMENT ON COLUMN cot_projection.unit_progress.head_acting IS 'Whether the head is acting.';
COMMENT ON COLUMN cot_projection.unit_progress.head_vacant_since IS 'Day from which it has no head, after having had one.';
COMMENT ON COLUMN cot_projection.unit_progress.musts_met IS 'Criteria for leaving the stage that must be met and are.';
COMMENT ON COLUMN cot_projection.unit_progress.musts_total IS 'Criteria for leaving the stage that must be met.';
COMMENT ON COLUMN cot_projection.unit_progress.rest_met IS 'Other criteria for leaving the stage that are met.';
COMMENT ON COLUMN cot_projection.unit_progress.rest_total IS 'Other criteria for leaving the stage.';
COMMENT ON COLUMN cot_projection.unit_progress.unmet IS 'Unmet criteria in order, musts first: criterion, text, must, waived_until.';
COMMENT ON COLUMN cot_projection.unit_progress.d1 IS 'Median level of its rated indicators of dimension 1, partnerships.';
COMMENT ON COLUMN cot_projection.unit_progress.d1_count IS 'How many indicators of dimension 1 are rated.';
COMMENT ON COLUMN cot_projection.unit_progress.d2 IS 'Median level of its rated indicators of dimension 2, assistance to them.';
COMMENT ON COLUMN cot_projection.unit_progress.d2_count IS 'How many indicators of dimension 2 are rated.';
COMMENT ON COLUMN cot_projection.unit_progress.d3 IS 'Median level of its rated indicators of dimension 3, reorganizing units.';
COMMENT ON COLUMN cot_projection.unit_progress.d3_count IS 'How many indicators of dimension 3 are rated.';
COMMENT ON COLUMN cot_projection.unit_progress.d4 IS 'Median level of its rated indicators of dimension 4, stewardship.';
COMMENT ON COLUMN cot_projection.unit_progress.d4_count IS 'How many indicators of dimension 4 are rated.';
COMMENT ON COLUMN cot_projection.unit_progress.d5 IS 'Median level of its rated indicators of dimension 5, evidence.';
COMMENT ON COLUMN cot_projection.unit_progress.d5_count IS 'How many indicators of dimension 5 are rated.';
COMMENT ON COLUMN cot_projection.unit_progress.ratings_count IS 'How many indicators are rated in all.';
COMMENT ON COLUMN cot_projection.unit_progress.oldest_evidence_on IS 'Oldest among the newest evidence of each current rating.';
COMMENT ON COLUMN cot_projection.unit_progress.contested IS 'Current ratings that rest on retracted evidence.';
COMMENT ON COLUMN cot_projection.unit_progress.activities_open IS 'Planned activities neither completed nor abandoned.';
COMMENT ON COLUMN cot_projection.unit_progress.activities_done IS 'Completed activities.';
COMMENT ON COLUMN cot_projection.unit_progress.activities_abandoned IS 'Abandoned activities.';
COMMENT ON COLUMN cot_projection.unit_progress.open_due_dates IS 'Due dates of the open activities.';
COMMENT ON COLUMN cot_projection.unit_progress.actions_open IS 'Action items neither completed nor dropped.';
COMMENT ON COLUMN cot_projection.unit_progress.action_due_dates IS 'Due dates of the open action items.';
COMMENT ON COLUMN cot_projection.unit_progress.last_activity_on IS 'Last day on which anything about an activity happened.';
COMMENT ON COLUMN cot_projection.unit_progress.last_qualifying_on IS 'Last day of an activity, evidence or stage change; staffing, notes and ratings do not count.';
COMMENT ON COLUMN cot_projection.unit_progress.last_qualifying_position IS 'Position of that event.';
COMMENT ON COLUMN cot_projection.unit_progress.holds IS 'Days on which its clock stood or will stand still.';
COMMENT ON COLUMN cot_projection.unit_progress.facts_d1 IS 'Published facts of dimension 1.';
COMMENT ON COLUMN cot_projection.unit_progress.facts_d2 IS 'Published facts of dimension 2.';
COMMENT ON COLUMN cot_projection.unit_progress.facts_d3 IS 'Published facts of dimension 3.';
COMMENT ON COLUMN cot_projection.unit_progress.facts_d4 IS 'Published facts of dimension 4.';
COMMENT ON COLUMN cot_projection.unit_progress.facts_d5 IS 'Published facts of dimension 5.';
COMMENT ON COLUMN cot_projection.unit_progress.announced_count IS 'Published plans; a plan is not a fact.';
COMMENT ON COLUMN cot_projection.unit_progress.newest_fact_on IS 'Last day of the bracket of the newest published fact.';
COMMENT ON COLUMN cot_projection.unit_progress.newest_known_on IS 'Publication date of the newest source.';
COMMENT ON COLUMN cot_projection.unit_progress.last_event_position IS 'Position of the latest event that the row was computed from.';
