-- What analysts get to see of evidence_freshness: no keys of ours, and from which moment of the log it comes.
CREATE TYPE cot_projection.evidence_freshness_answer AS (
    district text,
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
    rating_position bigint,
    evidence_age_days integer,
    freshness text,
    as_of_position bigint,
    as_of_time timestamptz,
    clock text
);
