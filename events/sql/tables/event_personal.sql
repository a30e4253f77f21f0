-- Values of personal fields, beside the log: the hashed bytes hold only a salted commitment to each.
CREATE TABLE cot_log.event_personal (
    district text NOT NULL,
    position bigint NOT NULL,
    field text NOT NULL,
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    value text NOT NULL,
    PRIMARY KEY (district, position, field)
);
COMMENT ON TABLE cot_log.event_personal IS 'Personal values and their salts; the log holds commitments to them.';
