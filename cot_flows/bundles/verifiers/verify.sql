-- Checks a bundle in PostgreSQL 15 or later, without the program that wrote it. In the folder of the bundle, on an empty database:
--   psql -X -f verify.sql
-- Checked: every leaf from its bytes, positions, stream versions, times, values against commitments, the root of every checkpoint.
-- Not checked: signatures, for which PostgreSQL has no Ed25519; compare the roots with a checkpoint that you trust.
-- Ends with 3 and the first bad position when something is wrong. It keeps nothing.
\set ON_ERROR_STOP on
\set QUIET on
SET client_encoding = 'UTF8';
SET client_min_messages = notice;
BEGIN;
CREATE TEMPORARY TABLE line (file text NOT NULL DEFAULT 'manifest', number bigint GENERATED ALWAYS AS IDENTITY, line text NOT NULL) ON COMMIT DROP;
-- One line is one text: neither of the two control characters can stand in JSON.
\copy line (line) FROM 'manifest.json' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
ALTER TABLE line ALTER COLUMN file SET DEFAULT 'checkpoints';
\copy line (line) FROM 'checkpoints.jsonl' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
ALTER TABLE line ALTER COLUMN file SET DEFAULT 'withheld';
\copy line (line) FROM 'withheld.json' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
ALTER TABLE line ALTER COLUMN file SET DEFAULT 'personal';
\copy line (line) FROM 'personal.jsonl' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
ALTER TABLE line ALTER COLUMN file SET DEFAULT 'events';
\copy line (line) FROM 'events.jsonl' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')

CREATE TEMPORARY TABLE manifest ON COMMIT DROP AS
SELECT string_agg(line, E'\n' ORDER BY number)::jsonb AS told FROM line WHERE file = 'manifest';
CREATE TEMPORARY TABLE withheld ON COMMIT DROP AS
SELECT string_agg(line, E'\n' ORDER BY number)::jsonb AS told FROM line WHERE file = 'withheld';
CREATE TEMPORARY TABLE checkpoint ON COMMIT DROP AS
SELECT (l.line::jsonb ->> 'size')::bigint AS size, (l.line::jsonb ->> 'position')::bigint AS position,
       decode(split_part(l.line::jsonb ->> 'note', E'\n', 3), 'base64') AS root, split_part(l.line::jsonb ->> 'note', E'\n', 1) AS origin,
       split_part(l.line::jsonb ->> 'note', E'\n', 2)::bigint AS told_size
FROM line l WHERE l.file = 'checkpoints';
-- OFFSET 0 has each line read once.
CREATE TEMPORARY TABLE event ON COMMIT DROP AS
SELECT e.number, (e.told ->> 'position')::bigint AS position, decode(e.told ->> 'leaf', 'hex') AS leaf, e.told ->> 'stream' AS stream,
       (e.told ->> 'stream_version')::bigint AS stream_version, (e.told ->> 'recorded_at')::bigint AS recorded_at, e.told ->> 'content' AS content
FROM (SELECT row_number() OVER (ORDER BY l.number) AS number, l.line::jsonb AS told FROM line l WHERE l.file = 'events' OFFSET 0) e;
CREATE TEMPORARY TABLE value ON COMMIT DROP AS
SELECT (v.told ->> 'position')::bigint AS position, v.told ->> 'field' AS field, decode(v.told ->> 'salt', 'hex') AS salt, v.told ->> 'value' AS value
FROM (SELECT l.line::jsonb AS told FROM line l WHERE l.file = 'personal' OFFSET 0) v;
CREATE TEMPORARY TABLE document ON COMMIT DROP AS
SELECT e.number, e.content::jsonb AS told FROM event e WHERE e.content IS NOT NULL;
ANALYZE event;
ANALYZE document;

-- What is wrong, each with the first position it may concern.
CREATE TEMPORARY TABLE fault ON COMMIT DROP AS
SELECT e.number AS position, 'is missing, or stands elsewhere' AS told FROM event e WHERE e.position IS DISTINCT FROM e.number
UNION ALL
SELECT e.number, 'the line has not the fields it must have' FROM event e
WHERE e.leaf IS NULL OR octet_length(e.leaf) <> 32
   OR num_nulls(e.stream, e.stream_version, e.recorded_at, e.content) NOT IN (0, 4)
UNION ALL
SELECT e.number, 'content, place or time is not what was hashed'
FROM event e CROSS JOIN manifest m CROSS JOIN LATERAL (SELECT convert_to(m.told ->> 'district', 'UTF8') AS district, convert_to(e.stream, 'UTF8') AS stream) n
WHERE e.content IS NOT NULL AND e.leaf IS DISTINCT FROM sha256(
    '\x00'::bytea || convert_to('cot-flows/leaf/v1', 'UTF8') || int4send(octet_length(n.district)) || n.district || int8send(e.position)
    || int4send(octet_length(n.stream)) || n.stream || int8send(e.stream_version) || int8send(e.recorded_at) || sha256(convert_to(e.content, 'UTF8')))
UNION ALL
SELECT t.number, 'was recorded before its predecessor'
FROM (SELECT e.number, e.recorded_at, lag(e.recorded_at) OVER (ORDER BY e.number) AS before FROM event e WHERE e.content IS NOT NULL) t
WHERE t.recorded_at < t.before
UNION ALL
SELECT s.number, 'version ' || s.before + 1 || ' of the stream ' || s.stream || ' is missing'
FROM (SELECT h.number, h.stream, h.stream_version, coalesce(lag(h.stream_version) OVER w, 0) AS before, h.hidden - coalesce(lag(h.hidden) OVER w, 0) AS hidden
      FROM (SELECT e.*, count(*) FILTER (WHERE e.content IS NULL) OVER (ORDER BY e.number) AS hidden FROM event e) h
      WHERE h.content IS NOT NULL WINDOW w AS (PARTITION BY h.stream ORDER BY h.number)) s
-- A hole in a stream is as wide at most as there are events left out since its last event.
WHERE s.stream_version <= s.before OR s.stream_version - s.before - 1 > s.hidden
UNION ALL
SELECT d.number, 'the content has not the fields it must have' FROM document d
WHERE NOT d.told ?& ARRAY['actor', 'approved_by', 'causation_id', 'classification', 'commitments', 'correlation_id', 'corrects', 'data', 'effective_from',
                          'event_id', 'occurred_on', 'on_behalf_of', 'precision', 'schema_version', 'source', 'subjects', 'type']
   OR (SELECT count(*) FROM jsonb_object_keys(d.told)) <> 17
   OR jsonb_typeof(d.told -> 'data') <> 'object' OR jsonb_typeof(d.told -> 'commitments') <> 'object'
UNION ALL
SELECT i.number, 'its event id was there before'
FROM (SELECT d.number, row_number() OVER (PARTITION BY d.told ->> 'event_id' ORDER BY d.number) AS place FROM document d) i WHERE i.place > 1
UNION ALL
SELECT v.position, 'the value of ' || coalesce(v.field, '?') || ' is not one that was committed to'
FROM value v LEFT JOIN document d ON d.number = v.position
WHERE encode(sha256(convert_to('cot-flows/commitment/v1', 'UTF8') || v.salt || convert_to('[' || to_json(v.field) || ',' || to_json(normalize(v.value, NFC)) || ']', 'UTF8')),
             'hex') IS DISTINCT FROM d.told -> 'commitments' ->> v.field
UNION ALL
SELECT v.position, 'a value is there twice' FROM value v GROUP BY v.position, v.field HAVING count(*) > 1
UNION ALL
SELECT NULL, 'withheld.json tells of other numbers left out than there are' FROM withheld w
WHERE (w.told ->> 'events_left_out')::bigint IS DISTINCT FROM (SELECT count(*) FROM event e WHERE e.content IS NULL)
   OR (w.told ->> 'values_left_out')::bigint + (w.told ->> 'values_not_on_record')::bigint IS DISTINCT FROM
      (SELECT coalesce(sum((SELECT count(*) FROM jsonb_object_keys(d.told -> 'commitments'))), 0) FROM document d) - (SELECT count(*) FROM value)
UNION ALL
SELECT NULL, 'the checkpoints do not grow, or are not of this log' FROM (
    SELECT c.*, lag(c.size) OVER (ORDER BY c.position) AS before FROM checkpoint c) c CROSS JOIN manifest m
WHERE c.size <= c.before OR c.size <> c.told_size OR c.origin IS DISTINCT FROM m.told ->> 'origin'
UNION ALL
SELECT c.position, 'the event there does not tell of the checkpoint of ' || c.size || ' events'
FROM checkpoint c LEFT JOIN document d ON d.number = c.position
WHERE c.position <= (SELECT max(size) FROM checkpoint)
  AND (d.told ->> 'type', d.told -> 'data' ->> 'size', decode(d.told -> 'data' ->> 'root', 'base64'))
      IS DISTINCT FROM ('CheckpointSealed', c.size::text, c.root)
UNION ALL
SELECT d.number, 'the checkpoint recorded here is not in the bundle' FROM document d
WHERE d.told ->> 'type' = 'CheckpointSealed' AND NOT EXISTS (SELECT FROM checkpoint c WHERE c.position = d.number)
UNION ALL
SELECT (SELECT count(*) FROM event) + 1, 'other than as many events as were sealed are here'
WHERE (SELECT count(*) FROM event) IS DISTINCT FROM (SELECT max(c.size) FROM checkpoint c);

DO $$
DECLARE
    v_bad record;
    v_leaf record;
    v_node bytea;
    v_edge bytea[] := '{}';
    v_high integer := 0;
    v_rest bigint;
    v_good bigint := 0;
    v_root bytea;
BEGIN
    SELECT * INTO v_bad FROM fault ORDER BY position NULLS LAST LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', CASE WHEN v_bad.position IS NULL THEN v_bad.told ELSE format('position %s: %s', v_bad.position, v_bad.told) END;
    END IF;
    -- The right edge of the Merkle tree (RFC 9162): roots of complete subtrees, from the largest down.
    FOR v_leaf IN SELECT e.position, e.leaf, c.root FROM event e LEFT JOIN checkpoint c ON c.size = e.position ORDER BY e.position LOOP
        v_node := v_leaf.leaf;
        v_rest := v_leaf.position - 1;
        WHILE v_rest % 2 = 1 LOOP
            v_node := sha256('\x01'::bytea || v_edge[v_high] || v_node);
            v_high := v_high - 1;
            v_rest := v_rest / 2;
        END LOOP;
        v_high := v_high + 1;
        v_edge[v_high] := v_node;
        IF v_leaf.root IS NOT NULL THEN
            v_root := v_edge[v_high];
            FOR v_at IN REVERSE v_high - 1 .. 1 LOOP
                v_root := sha256('\x01'::bytea || v_edge[v_at] || v_root);
            END LOOP;
            IF v_root <> v_leaf.root THEN
                RAISE EXCEPTION 'position %: one of the events % to % is not what was sealed', v_good + 1, v_good + 1, v_leaf.position;
            END IF;
            v_good := v_leaf.position;
        END IF;
    END LOOP;
    RAISE NOTICE 'All % events up to the last checkpoint are here and unchanged, if you trust its root %.', v_good, encode(v_root, 'base64');
    RAISE NOTICE 'Signatures were not checked. That the records were true when they were entered is not shown by any proof.';
END
$$;
ROLLBACK;
