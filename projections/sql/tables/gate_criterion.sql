-- The criteria for leaving each stage, as this program ships them: what the query of unit progress counts against.
CREATE TABLE cot_projection.gate_criterion (
    stage text NOT NULL,
    position_in_stage integer NOT NULL,
    criterion text NOT NULL,
    must boolean NOT NULL,
    waivable boolean NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (stage, criterion)
);
COMMENT ON TABLE cot_projection.gate_criterion IS 'Criteria for leaving a stage: this project''s proposal.';
