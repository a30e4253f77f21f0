-- Where followers of the log stand; moved by compare-and-swap only, so that two of them never both advance.
CREATE TABLE cot_log.checkpoint (
    follower text NOT NULL,
    district text NOT NULL REFERENCES cot_log.log (district),
    position bigint NOT NULL CHECK (position >= 0),
    moved_at timestamptz NOT NULL,
    PRIMARY KEY (follower, district)
);
COMMENT ON TABLE cot_log.checkpoint IS 'Last position that each follower of a log has handled.';
