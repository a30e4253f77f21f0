-- Which events concern a subject: the index by which a key's events are found. What one event concerns stands with the
-- event, so there is no second index here. No foreign key: only the append writes here, in the same statement as the
-- event, and a check a row would cost more than all the rest of an append; the invariant checker compares.
CREATE TABLE cot_log.event_subject (
    district text NOT NULL,
    subject text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (district, subject, position)
);
COMMENT ON TABLE cot_log.event_subject IS 'Events that concern each subject, written by the append.';
