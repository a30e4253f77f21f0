-- Note that a definition is installed.
INSERT INTO cot_projection.installed AS i (name, digest) VALUES (%(name)s, %(digest)s)
ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, installed_at = clock_timestamp()
