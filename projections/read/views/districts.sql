-- The districts that have a log.
CREATE OR REPLACE VIEW cot_read.districts AS
SELECT d.district, d.name, d.clock, d.time_zone, d.today, d.last_position, d.last_recorded_at
FROM cot_projection.districts_live() d;
COMMENT ON VIEW cot_read.districts IS 'The districts that have a log: one row per district.';
COMMENT ON COLUMN cot_read.districts.district IS 'The district, as named in every other view.';
COMMENT ON COLUMN cot_read.districts.name IS 'Name of the district in full.';
COMMENT ON COLUMN cot_read.districts.clock IS
    'server: recording times are real; simulated: they were supplied, as in a history made from publications.';
COMMENT ON COLUMN cot_read.districts.time_zone IS 'The time zone in which the district''s days begin and end.';
COMMENT ON COLUMN cot_read.districts.today IS 'Today in the district; with a simulated clock, the day of its last event.';
COMMENT ON COLUMN cot_read.districts.last_position IS 'Position of the last event of its log.';
COMMENT ON COLUMN cot_read.districts.last_recorded_at IS 'When that event was recorded.';
