-- One row a district: the head of its log. The append function locks this row, so that positions are dense
-- and in commit order; nothing else changes it.
CREATE TABLE cot_log.log (
    district text PRIMARY KEY CHECK (district ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    clock text NOT NULL CHECK (clock IN ('server', 'simulated')),
    time_zone text NOT NULL,
    head_position bigint NOT NULL DEFAULT 0 CHECK (head_position >= 0),
    head_recorded_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL
)
-- Room on the page, so that moving the head touches no index.
WITH (fillfactor = 50);
COMMENT ON TABLE cot_log.log IS 'Head of each district''s log: last position, its recording time, and by which clock it is kept.';
