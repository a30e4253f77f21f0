-- How old the evidence is on which each current rating rests: one row per rated subject and indicator, as it looks today.
CREATE OR REPLACE VIEW cot_read.evidence_freshness AS
SELECT l.district, l.about, l.indicator, l.dimension, l.level, l.rated_on, l.rubric_version, l.evidence,
       l.newest_evidence_on, l.oldest_evidence_on, l.sources, l.retracted_evidence, l.disputed_evidence, l.contested,
       l.rating_position, l.evidence_age_days, l.freshness, l.as_of_position, l.as_of_time, l.clock
FROM cot_projection.evidence_freshness_live() l;
COMMENT ON VIEW cot_read.evidence_freshness IS
    'How old the evidence is on which each current rating rests: one row per rated subject and indicator, as it looks today.';
COMMENT ON COLUMN cot_read.evidence_freshness.evidence_age_days IS
    'Days since the newest evidence of the rating was collected.';
COMMENT ON COLUMN cot_read.evidence_freshness.freshness IS
    'fresh up to 90 days, warn up to 180, then stale; none when no evidence of it stands.';
COMMENT ON COLUMN cot_read.evidence_freshness.as_of_position IS
    'Position in the district''s log up to which this row takes events into account; quote it with any figure.';
COMMENT ON COLUMN cot_read.evidence_freshness.as_of_time IS 'When the event at that position was recorded.';
COMMENT ON COLUMN cot_read.evidence_freshness.clock IS
    'server: recording times are real; simulated: they were supplied, as in a history made from publications.';
