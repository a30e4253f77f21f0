-- Which subjects an event concerns: the index by which keys are found from events and events from keys.
-- No foreign key: only the append writes here, in the same statement as the event, and a check a row would cost
-- more than all the rest of an append; the invariant checker compares.
CREATE TABLE cot_log.event_subject (
    district text NOT NULL,
    subject text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (district, subject, position)
);
CREATE INDEX event_subject_by_position ON cot_log.event_subject (district, position);
COMMENT ON TABLE cot_log.event_subject IS 'Subjects that each event concerns, written by the append.';
