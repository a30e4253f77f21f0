-- Which version of each of our files the database holds, by digest.
CREATE TABLE cot_projection.installed (
    name text PRIMARY KEY,
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    installed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE cot_projection.installed IS 'Digest of every installed definition, and of every projection''s whole query.';
