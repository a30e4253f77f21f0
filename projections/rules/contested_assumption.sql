-- Contested assumption: evidence against an assumption of the theory of action weighs as much as evidence for it, or
-- evidence for it may be relied on no more (retracted, or its dispute upheld). Parameters: minimum_assumptions: 1 asks
-- about each assumption, more asks once when so many are contested together. The last link decides which way a piece of
-- evidence speaks; what someone judged the assumption on is asked about no more. The cause names the assumption and the
-- link that tipped it, or the retraction.
WITH given AS (
    SELECT %(today)s::date AS today, (%(parameters)s::jsonb ->> 'minimum_assumptions')::integer AS fewest
), scope AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    WHERE e.type IN ('TheoryOfActionAdopted', 'TheoryOfActionRevised', 'AssumptionEvidenceLinked', 'AssumptionStatusChanged',
                     'EvidenceRetracted', 'EvidenceDisputeSettled')
), adopted AS (
    SELECT max(s.fact_position) AS position FROM scope s WHERE s.type = 'TheoryOfActionAdopted'
), word AS (
    -- What was said of each assumption since the theory was adopted; the last word says whether it is still held.
    SELECT s.fact_position, said.assumption, said.held
    FROM adopted a JOIN scope s ON s.fact_position >= a.position
    CROSS JOIN LATERAL (
        SELECT each ->> 'assumption', true FROM jsonb_array_elements(s.data -> 'assumptions') AS each WHERE s.type = 'TheoryOfActionAdopted'
        UNION ALL SELECT each ->> 'assumption', true FROM jsonb_array_elements(s.data -> 'changed') AS each WHERE s.type = 'TheoryOfActionRevised'
        UNION ALL SELECT each, false FROM jsonb_array_elements_text(s.data -> 'dropped') AS each WHERE s.type = 'TheoryOfActionRevised'
        UNION ALL SELECT s.data ->> 'assumption', s.data ->> 'status' <> 'dropped' WHERE s.type = 'AssumptionStatusChanged'
    ) AS said (assumption, held)
), last_word AS (
    SELECT DISTINCT ON (w.assumption) w.assumption, w.held FROM word w ORDER BY w.assumption, w.fact_position DESC
), judged AS (
    SELECT s.data ->> 'assumption' AS assumption, max(s.fact_position) AS position
    FROM scope s WHERE s.type = 'AssumptionStatusChanged' GROUP BY 1
), linked AS (
    SELECT DISTINCT ON (s.data ->> 'assumption', l.evidence) s.data ->> 'assumption' AS assumption, l.evidence,
           s.data ->> 'direction' AS direction, s.position, s.fact_position
    FROM adopted a JOIN scope s ON s.fact_position > a.position
    CROSS JOIN LATERAL jsonb_array_elements_text(s.data -> 'evidence') AS l (evidence)
    WHERE s.type = 'AssumptionEvidenceLinked'
    ORDER BY s.data ->> 'assumption', l.evidence, s.fact_position DESC
), fallen AS (
    SELECT DISTINCT ON (s.data ->> 'evidence') s.data ->> 'evidence' AS evidence, s.position, s.fact_position, s.effective_from
    FROM scope s WHERE s.type = 'EvidenceRetracted' OR (s.type = 'EvidenceDisputeSettled' AND s.data ->> 'outcome' = 'upheld')
    ORDER BY s.data ->> 'evidence', s.fact_position
), weighed AS (
    SELECT l.*, coalesce(j.position, 0) AS judged_at, f.position AS fallen_at, f.fact_position AS fallen_as, f.effective_from AS fallen_on,
           count(*) FILTER (WHERE l.direction = 'for' AND f.evidence IS NULL) OVER (PARTITION BY l.assumption) AS supporting,
           row_number() OVER (PARTITION BY l.assumption, l.direction, f.evidence IS NULL ORDER BY l.fact_position, l.evidence) AS n
    FROM linked l JOIN last_word w ON w.assumption = l.assumption AND w.held
    LEFT JOIN fallen f ON f.evidence = l.evidence LEFT JOIN judged j ON j.assumption = l.assumption
), doubt AS (
    -- The link that brought the evidence against to as many as the evidence for, and each piece of support that fell.
    (SELECT DISTINCT ON (w.assumption) w.assumption, w.fact_position, w.position,
            w.evidence || ' speaks against ' || w.assumption || ', as number ' || w.n || '; for it speak ' || w.supporting AS shows
     FROM weighed w
     WHERE w.direction = 'against' AND w.fallen_at IS NULL AND w.n >= greatest(w.supporting, 1) AND w.fact_position > w.judged_at
     ORDER BY w.assumption, w.fact_position, w.evidence)
    UNION ALL
    SELECT w.assumption, w.fallen_as, w.fallen_at, w.evidence || ', which spoke for ' || w.assumption || ', fell on ' || w.fallen_on
    FROM weighed w WHERE w.direction = 'for' AND w.fallen_at IS NOT NULL AND w.fallen_as > w.judged_at
), contested AS (
    SELECT d.assumption, max(d.fact_position) AS cause,
           jsonb_agg(jsonb_build_object('position', d.position, 'shows', d.shows) ORDER BY d.position) AS facts
    FROM doubt d GROUP BY d.assumption
), asked AS (
    SELECT CASE WHEN g.fewest = 1 THEN c.assumption ELSE '' END AS apart, c.*, row_number() OVER w AS n
    FROM given g CROSS JOIN contested c
    WINDOW w AS (PARTITION BY CASE WHEN g.fewest = 1 THEN c.assumption ELSE '' END ORDER BY c.cause, c.assumption)
)
SELECT 'district:all' AS about,
       min(a.assumption || '-' || a.cause) FILTER (WHERE a.n = g.fewest) AS cause_key,
       'Contested in the theory of action: ' || left(string_agg(a.assumption, ', ' ORDER BY a.assumption), 100) AS title,
       jsonb_agg(fact.fact ORDER BY a.assumption, (fact.fact ->> 'position')::bigint) AS facts, g.today AS due_basis
FROM given g CROSS JOIN asked a CROSS JOIN LATERAL jsonb_array_elements(a.facts) AS fact (fact)
GROUP BY a.apart, g.fewest, g.today HAVING count(DISTINCT a.assumption) >= g.fewest
ORDER BY 2
