-- The stored rows of each generation, and what every column means.
CREATE TABLE cot_projection.review_queue (
    generation integer NOT NULL,
    LIKE cot_projection.review_queue_row,
    PRIMARY KEY (district, generation, review)
);
CREATE INDEX review_queue_by_key ON cot_projection.review_queue (district, generation, key);
COMMENT ON TABLE cot_projection.review_queue IS
    'One row per review: why it opened, when it is due, what it decided, and how many of its actions are open.';
COMMENT ON COLUMN cot_projection.review_queue.generation IS 'Which build of the projection the row belongs to.';
COMMENT ON COLUMN cot_projection.review_queue.district IS 'The district.';
COMMENT ON COLUMN cot_projection.review_queue.key IS 'The subject whose events the row is computed from: review:<review>.';
COMMENT ON COLUMN cot_projection.review_queue.review IS 'Identifier of the review.';
COMMENT ON COLUMN cot_projection.review_queue.review_type IS 'Type of the review, such as R2 for the monthly review of a unit.';
COMMENT ON COLUMN cot_projection.review_queue.about IS 'What is reviewed, such as unit:HR or district:all.';
COMMENT ON COLUMN cot_projection.review_queue.title IS 'Short title without personal data.';
COMMENT ON COLUMN cot_projection.review_queue.status IS
    'scheduled (opened by the calendar), triggered (opened by facts), held, decided, closed, merged, cancelled or lapsed.';
COMMENT ON COLUMN cot_projection.review_queue.opened_on IS 'Day on which it opened.';
COMMENT ON COLUMN cot_projection.review_queue.due_on IS 'Last day on which it should be held, postponements counted in.';
COMMENT ON COLUMN cot_projection.review_queue.held_on IS 'Day on which the people met.';
COMMENT ON COLUMN cot_projection.review_queue.closed_on IS 'Day on which it was closed.';
COMMENT ON COLUMN cot_projection.review_queue.policy IS 'The review policy that opened it.';
COMMENT ON COLUMN cot_projection.review_queue.rule IS 'The rule that the policy names.';
COMMENT ON COLUMN cot_projection.review_queue.cause_key IS 'What tells this cause from others of the same rule, such as a period.';
COMMENT ON COLUMN cot_projection.review_queue.causes IS 'How many causes it has: the one that opened it and those that joined it.';
COMMENT ON COLUMN cot_projection.review_queue.facts IS
    'All causes in order, as a list of policy, rule, cause_key, position, as_of_position, as_of_date and facts, '
    'each fact being the position of an event and what it shows.';
COMMENT ON COLUMN cot_projection.review_queue.decisions IS
    'Decisions in order, as a list of decision, title, unit, to_stage, evidence, insufficient and position.';
COMMENT ON COLUMN cot_projection.review_queue.actions_open IS 'Action items neither completed nor dropped.';
COMMENT ON COLUMN cot_projection.review_queue.actions_total IS 'All action items it opened.';
COMMENT ON COLUMN cot_projection.review_queue.actions IS 'Its action items as they stand: action, title, owner, unit, accepted, due_on, escalated_to, status (open, completed, verified, dropped).';
COMMENT ON COLUMN cot_projection.review_queue.next_on IS 'When the subject is looked at again, as said when it was closed.';
COMMENT ON COLUMN cot_projection.review_queue.phase IS
    'Where it is in its course: preparing (no packet yet), packet_frozen, held, decided, closed, effect_checked; '
    'or merged, cancelled, lapsed, which are ends without its being held.';
COMMENT ON COLUMN cot_projection.review_queue.packet_digest IS
    'Digest of the frozen packet, sha256:<hex>; empty while there is none, or when a postponement made it void.';
COMMENT ON COLUMN cot_projection.review_queue.packet_position IS 'Position in the log up to which facts are in the packet.';
COMMENT ON COLUMN cot_projection.review_queue.postponed_count IS 'How often it was postponed.';
COMMENT ON COLUMN cot_projection.review_queue.effect_due_on IS
    'Day by which it is to be said whether its decisions worked; empty until that is asked.';
COMMENT ON COLUMN cot_projection.review_queue.ended_as IS
    'closed, merged, cancelled or lapsed; empty while it is open. Only one review in a slot is open at a time.';
COMMENT ON COLUMN cot_projection.review_queue.opened_position IS 'Position of the event that opened it.';
COMMENT ON COLUMN cot_projection.review_queue.last_event_position IS 'Position of the latest event that the row was computed from.';
