-- Reviews: why they opened, when they are due, what they decided, what is still owed: one row per review, as it looks today.
CREATE OR REPLACE VIEW cot_read.review_queue AS
SELECT l.district, l.review, l.review_type, l.about, l.title, l.status, l.opened_on, l.due_on, l.held_on,
       l.closed_on, l.policy, l.rule, l.cause_key, l.causes, l.facts, l.decisions, l.actions_open,
       l.actions_total, l.actions, l.next_on, l.phase, l.packet_digest, l.packet_position,
       l.postponed_count, l.effect_due_on, l.ended_as, l.opened_position, l.last_event_position, l.overdue, l.days_overdue,
       l.days_until_due, l.as_of_position, l.as_of_time, l.clock
FROM cot_projection.review_queue_live() l;
COMMENT ON VIEW cot_read.review_queue IS
    'Reviews: why they opened, when they are due, what they decided, what is still owed: one row per review, as it looks today.';
COMMENT ON COLUMN cot_read.review_queue.overdue IS
    'Whether the review has not been held although its due date has passed.';
COMMENT ON COLUMN cot_read.review_queue.days_overdue IS
    'Calendar days since the due date of an overdue review, else 0.';
COMMENT ON COLUMN cot_read.review_queue.days_until_due IS
    'Calendar days from today to the due date, negative once it has passed; empty when it has ended.';
COMMENT ON COLUMN cot_read.review_queue.as_of_position IS
    'Position in the district''s log up to which this row takes events into account; quote it with any figure.';
COMMENT ON COLUMN cot_read.review_queue.as_of_time IS 'When the event at that position was recorded.';
COMMENT ON COLUMN cot_read.review_queue.clock IS
    'server: recording times are real; simulated: they were supplied, as in a history made from publications.';
