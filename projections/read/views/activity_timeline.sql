-- What was planned, begun, done or given up, and what publications report: one row per activity, as it looks today.
CREATE OR REPLACE VIEW cot_read.activity_timeline AS
SELECT l.district, l.activity, l.kind, l.published_kind, l.units, l.dimension, l.title, l.owner, l.status,
       l.occurred_on, l.last_day, l."precision", l.starts_on, l.due_on, l.started_on, l.finished_on,
       l.schools_percent, l.evidence, l.quantity, l.quantity_unit, l.published_summary, l.source_title,
       l.source_url, l.known_on, l.external_id, l.known_position, l.summary_position, l.last_event_position,
       l.overdue, l.days_overdue, l.as_of_position, l.as_of_time, l.clock
FROM cot_projection.activity_timeline_live() l;
COMMENT ON VIEW cot_read.activity_timeline IS
    'What was planned, begun, done or given up, and what publications report: one row per activity, as it looks today.';
COMMENT ON COLUMN cot_read.activity_timeline.overdue IS
    'Whether planned work is not finished although its due date has passed.';
COMMENT ON COLUMN cot_read.activity_timeline.days_overdue IS
    'Calendar days since the due date of overdue work, else 0.';
COMMENT ON COLUMN cot_read.activity_timeline.as_of_position IS
    'Position in the district''s log up to which this row takes events into account; quote it with any figure.';
COMMENT ON COLUMN cot_read.activity_timeline.as_of_time IS 'When the event at that position was recorded.';
COMMENT ON COLUMN cot_read.activity_timeline.clock IS
    'server: recording times are real; simulated: they were supplied, as in a history made from publications.';
