-- The stored rows of each generation, and what every column means.
CREATE TABLE cot_projection.evidence_freshness (
    generation integer NOT NULL,
    LIKE cot_projection.evidence_freshness_row,
    PRIMARY KEY (district, generation, about, indicator)
);
CREATE INDEX evidence_freshness_by_key ON cot_projection.evidence_freshness (district, generation, key);
COMMENT ON TABLE cot_projection.evidence_freshness IS 'One row per current rating: its level, and how old the evidence is on which it rests.';
COMMENT ON COLUMN cot_projection.evidence_freshness.generation IS 'Which build of the projection the row belongs to.';
COMMENT ON COLUMN cot_projection.evidence_freshness.district IS 'The district.';
COMMENT ON COLUMN cot_projection.evidence_freshness.key IS 'The subject whose events the row is computed from, such as unit:HR.';
COMMENT ON COLUMN cot_projection.evidence_freshness.about IS 'Who or what is rated.';
COMMENT ON COLUMN cot_projection.evidence_freshness.indicator IS 'Code of the indicator.';
COMMENT ON COLUMN cot_projection.evidence_freshness.dimension IS 'Dimension of the indicator, 1 to 5.';
COMMENT ON COLUMN cot_projection.evidence_freshness.level IS 'Level 0 to 3.';
COMMENT ON COLUMN cot_projection.evidence_freshness.rated_on IS 'Day from which the rating counts.';
COMMENT ON COLUMN cot_projection.evidence_freshness.rubric_version IS 'Version of the rubric it was made with.';
COMMENT ON COLUMN cot_projection.evidence_freshness.evidence IS 'Ids of the evidence it cites.';
COMMENT ON COLUMN cot_projection.evidence_freshness.newest_evidence_on IS 'Last day on which evidence that still stands was collected.';
COMMENT ON COLUMN cot_projection.evidence_freshness.oldest_evidence_on IS 'Earliest day on which evidence that still stands was collected to the end.';
COMMENT ON COLUMN cot_projection.evidence_freshness.sources IS 'Distinct sources among the evidence that still stands.';
COMMENT ON COLUMN cot_projection.evidence_freshness.retracted_evidence IS 'Pieces of cited evidence that were retracted.';
COMMENT ON COLUMN cot_projection.evidence_freshness.disputed_evidence IS 'Pieces of cited evidence of which a dispute was upheld.';
COMMENT ON COLUMN cot_projection.evidence_freshness.contested IS 'Whether it rests on evidence that was retracted or successfully disputed, and nobody has rated or reaffirmed it since.';
COMMENT ON COLUMN cot_projection.evidence_freshness.rating_position IS 'Position of the rating.';
