-- One current rating as stored: its level, and how old the evidence is on which it rests.
CREATE TYPE cot_projection.evidence_freshness_row AS (
    district text,
    key text,
    about text,
    indicator text,
    dimension integer,
    level integer,
    rated_on date,
    rubric_version text,
    evidence text[],
    newest_evidence_on date,
    oldest_evidence_on date,
    sources integer,
    retracted_evidence integer,
    disputed_evidence integer,
    contested boolean,
    rating_position bigint
);
