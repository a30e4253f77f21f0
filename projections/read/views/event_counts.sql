-- How many events of each type were recorded in each month, months being those of the district's time zone.
CREATE OR REPLACE VIEW cot_read.event_counts AS
SELECT e.district, date_trunc('month', e.recorded_at AT TIME ZONE l.time_zone)::date AS month, e.type,
       count(*) AS events, min(e.position) AS first_position, max(e.position) AS last_position
FROM cot_log.event e
JOIN cot_log.log l ON l.district = e.district
GROUP BY 1, 2, 3;
COMMENT ON VIEW cot_read.event_counts IS 'How many events of each type were recorded in each month.';
COMMENT ON COLUMN cot_read.event_counts.district IS 'The district.';
COMMENT ON COLUMN cot_read.event_counts.month IS 'First day of the month in which they were recorded, in the district''s time zone.';
COMMENT ON COLUMN cot_read.event_counts.type IS 'Type of the event, such as UnitStageEntered.';
COMMENT ON COLUMN cot_read.event_counts.events IS 'How many were recorded, corrections and retractions included.';
COMMENT ON COLUMN cot_read.event_counts.first_position IS 'Position of the first of them.';
COMMENT ON COLUMN cot_read.event_counts.last_position IS 'Position of the last of them.';
