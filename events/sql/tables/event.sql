-- The log itself. `content` is what was hashed; every other column is derived from it or given by the append
-- function, and the invariant checker derives it again. Few checks stand here: the server reads the text of every one
-- of them anew for each append, and the functions that alone may write here give no other values.
CREATE TABLE cot_log.event (
    district text NOT NULL,
    position bigint NOT NULL,
    stream text NOT NULL,
    stream_version bigint NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    schema_version integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    occurred_on date NOT NULL,
    effective_from date NOT NULL,
    -- Whether the fact counted only from a later day when it was recorded (in the district's time zone).
    comes_later boolean NOT NULL,
    -- Position of the fact's first event: its own, or, for a correction or retraction, that of what it replaces.
    fact_position bigint NOT NULL,
    precision text NOT NULL,
    actor text NOT NULL,
    source text NOT NULL,
    -- What the event concerns, sorted: which keys a stretch of the log touches is read from here.
    subjects text[] NOT NULL,
    content bytea NOT NULL CHECK (octet_length(content) < 65536),
    -- The data of the content, for queries; its schema version is the one it was recorded in.
    data jsonb NOT NULL,
    leaf_hash bytea NOT NULL,
    PRIMARY KEY (district, position),
    CONSTRAINT event_id_once UNIQUE (district, event_id),
    CONSTRAINT stream_version_once UNIQUE (district, stream, stream_version)
);
-- Corrections and retractions are few: the scope function looks only here for what replaces a fact.
CREATE INDEX event_superseding ON cot_log.event (district, fact_position, position)
    WHERE fact_position <> position;
-- Facts that count from a later day: what a stored projection row must be recomputed for when the day comes.
CREATE INDEX event_to_come ON cot_log.event (district, effective_from, position) WHERE comes_later;
COMMENT ON TABLE cot_log.event IS 'The log: immutable events of each district, dense in position.';
