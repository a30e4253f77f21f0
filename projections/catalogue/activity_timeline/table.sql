-- The stored rows of each generation, and what every column means.
CREATE TABLE cot_projection.activity_timeline (
    generation integer NOT NULL,
    LIKE cot_projection.activity_timeline_row,
    PRIMARY KEY (district, generation, activity)
);
CREATE INDEX activity_timeline_by_key ON cot_projection.activity_timeline (district, generation, key);
COMMENT ON TABLE cot_projection.activity_timeline IS
    'One row per activity: what was planned, begun, done or given up, and what publications report or announce.';
COMMENT ON COLUMN cot_projection.activity_timeline.generation IS 'Which build of the projection the row belongs to.';
COMMENT ON COLUMN cot_projection.activity_timeline.district IS 'The district.';
COMMENT ON COLUMN cot_projection.activity_timeline.key IS 'The subject whose events the row is computed from: activity:<activity>.';
COMMENT ON COLUMN cot_projection.activity_timeline.activity IS 'Identifier of the activity.';
COMMENT ON COLUMN cot_projection.activity_timeline.kind IS
    'Where the activity is known from: planned work (by the district), reported or announced (by a publication).';
COMMENT ON COLUMN cot_projection.activity_timeline.published_kind IS
    'What sort of thing the publication tells of; empty for planned work.';
COMMENT ON COLUMN cot_projection.activity_timeline.units IS 'Codes of the units it belongs to: those it was last given to, or the heirs of ended ones.';
COMMENT ON COLUMN cot_projection.activity_timeline.dimension IS 'The dimension of central office transformation, 1 to 5.';
COMMENT ON COLUMN cot_projection.activity_timeline.title IS 'Short title without personal data.';
COMMENT ON COLUMN cot_projection.activity_timeline.owner IS 'Pseudonymous id of the actor who owes it now; empty if only published.';
COMMENT ON COLUMN cot_projection.activity_timeline.status IS
    'planned, started, completed, abandoned; or reported, announced if only publications know it.';
COMMENT ON COLUMN cot_projection.activity_timeline.occurred_on IS
    'First day of when it happened or is meant to happen; with precision other than day, the first day of the bracket.';
COMMENT ON COLUMN cot_projection.activity_timeline.last_day IS
    'Last day of when it happened or is meant to: end of the bracket if published, else when it finished or is due.';
COMMENT ON COLUMN cot_projection.activity_timeline."precision" IS
    'How exactly occurred_on is known: day, month, year or school_year (1 July to 30 June).';
COMMENT ON COLUMN cot_projection.activity_timeline.starts_on IS 'Planned first day.';
COMMENT ON COLUMN cot_projection.activity_timeline.due_on IS 'Planned last day.';
COMMENT ON COLUMN cot_projection.activity_timeline.started_on IS 'Day on which work began, if it was noted.';
COMMENT ON COLUMN cot_projection.activity_timeline.finished_on IS 'Day on which it was completed or abandoned.';
COMMENT ON COLUMN cot_projection.activity_timeline.schools_percent IS
    'Share of schools reached by the latest progress note that gives one, in percent from 0 to 100.';
COMMENT ON COLUMN cot_projection.activity_timeline.evidence IS 'Identifiers of the evidence cited at completion.';
COMMENT ON COLUMN cot_projection.activity_timeline.quantity IS
    'A number that the publication gives, negative for a decrease; its unit is in quantity_unit.';
COMMENT ON COLUMN cot_projection.activity_timeline.quantity_unit IS 'What the quantity counts.';
COMMENT ON COLUMN cot_projection.activity_timeline.published_summary IS
    'Summary from a source that the import declared public; other summaries are personal and not kept here.';
COMMENT ON COLUMN cot_projection.activity_timeline.source_title IS 'Title of the publication.';
COMMENT ON COLUMN cot_projection.activity_timeline.source_url IS 'Address of the publication.';
COMMENT ON COLUMN cot_projection.activity_timeline.known_on IS 'Date of the publication, as exactly as it is known.';
COMMENT ON COLUMN cot_projection.activity_timeline.external_id IS 'Identifier of the row in the file it was imported from.';
COMMENT ON COLUMN cot_projection.activity_timeline.known_position IS
    'Position in the log at which the activity was first recorded.';
COMMENT ON COLUMN cot_projection.activity_timeline.summary_position IS
    'Position of the event beside which a personal summary or outcome may be kept; the value is never copied here.';
COMMENT ON COLUMN cot_projection.activity_timeline.last_event_position IS
    'Position of the latest event that the row was computed from.';
