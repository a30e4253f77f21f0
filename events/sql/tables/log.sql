-- One row a district: the head of its log. The append function locks this row, so that positions are dense
-- and in commit order; nothing else changes it. What a name and a clock may be is said by domains, which are checked
-- when a log begins; checks of the table would be evaluated again for every append.
CREATE DOMAIN cot_log.district_name AS text CHECK (VALUE ~ '^[a-z0-9][a-z0-9-]{0,62}$');
CREATE DOMAIN cot_log.clock AS text CHECK (VALUE IN ('server', 'simulated'));
CREATE TABLE cot_log.log (
    district cot_log.district_name PRIMARY KEY,
    clock cot_log.clock NOT NULL,
    time_zone text NOT NULL,
    head_position bigint NOT NULL DEFAULT 0,
    head_recorded_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL
)
-- Room on the page, so that moving the head touches no index.
WITH (fillfactor = 50);
COMMENT ON TABLE cot_log.log IS 'Head of each district''s log: last position, its recording time, and by which clock it is kept.';
