-- How far each projection of each district has come. Rows carry a generation: a rebuild fills a new one beside the
-- live one, and the switch is a change of `state` in two rows here. No reader is locked out and no name changes.
CREATE TABLE cot_projection.checkpoint (
    projection text NOT NULL,
    district text NOT NULL,
    generation integer NOT NULL CHECK (generation >= 1),
    state text NOT NULL CHECK (state IN ('live', 'building', 'retired')),
    -- The rows are those of the log up to here, facts counted that are effective by `effective_on`.
    position bigint NOT NULL CHECK (position >= 0),
    effective_on date NOT NULL,
    -- The first later day on which a fact recorded already begins to count; NULL if there is none.
    next_effective date,
    query_digest text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (projection, district, generation),
    CHECK (next_effective > effective_on)
);
CREATE UNIQUE INDEX checkpoint_one_live ON cot_projection.checkpoint (projection, district) WHERE state = 'live';
CREATE UNIQUE INDEX checkpoint_one_building ON cot_projection.checkpoint (projection, district)
    WHERE state = 'building';
COMMENT ON TABLE cot_projection.checkpoint IS 'How far each generation of each projection has come, and which is live.';
