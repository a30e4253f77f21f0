-- What relied on evidence when it fell within a span of the log: retracted, a dispute of it upheld, or its submission taken
-- back. Each ends as it does by what is known at `head`: re-decided at a position, or contested because nobody decided
-- again. A rating that another had replaced before relied on nothing any more.
WITH fallen AS MATERIALIZED (
    SELECT e.position, coalesce(e.data ->> 'evidence', f.data ->> 'evidence') AS evidence,
           CASE e.type WHEN 'EvidenceDisputeSettled' THEN 'dispute upheld' WHEN 'FactRetracted' THEN 'taken back'
                       ELSE 'retracted' END AS how
    FROM cot_log.event e JOIN cot_log.event f ON f.district = e.district AND f.position = e.fact_position
    WHERE e.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
      AND (e.type = 'EvidenceRetracted' OR (e.type = 'EvidenceDisputeSettled' AND e.data ->> 'outcome' = 'upheld')
           OR (e.type = 'FactRetracted' AND f.type = 'EvidenceSubmitted'))
      AND NOT EXISTS (
          SELECT FROM cot_log.event s
          WHERE s.district = e.district AND s.fact_position <> s.position AND s.fact_position = e.fact_position
            AND s.position > e.position AND s.position <= %(head)s)
), counting AS MATERIALIZED (
    SELECT e.position, e.type, e.stream, e.actor, e.data, e.subjects
    FROM cot_log.events_in_scope(%(district)s, %(head)s, 'infinity', NULL) e
    WHERE jsonb_typeof(e.data -> 'evidence') = 'array'
), citing AS (
    SELECT c.*, cited.evidence FROM counting c CROSS JOIN LATERAL jsonb_array_elements_text(c.data -> 'evidence') AS cited (evidence)
    WHERE cited.evidence IN (SELECT f.evidence FROM fallen f)
), ended AS (
    SELECT f.position, f.evidence, f.how, c.type AS relied, c.position AS relied_position, c.actor AS relied_actor,
           coalesce(c.data ->> 'about', c.stream) AS about, c.data ->> 'indicator' AS indicator,
           (SELECT min(n.position) FROM counting n
            WHERE n.position > c.position AND CASE
                WHEN c.type IN ('IndicatorRated', 'RatingReaffirmed')
                THEN n.type IN ('IndicatorRated', 'RatingReaffirmed') AND n.data ->> 'about' = c.data ->> 'about'
                     AND n.data ->> 'indicator' = c.data ->> 'indicator'
                WHEN c.type = 'DecisionRecorded'
                THEN n.type = c.type AND n.position > f.position AND (n.stream = c.stream OR n.subjects && ARRAY(
                    SELECT s FROM unnest(c.subjects) AS s WHERE split_part(s, ':', 1) IN ('unit', 'network', 'dimension')))
                ELSE n.type = c.type AND n.stream = c.stream AND n.position > f.position END) AS again
    FROM fallen f JOIN citing c ON c.evidence = f.evidence AND c.position < f.position
)
SELECT e.position, e.evidence, e.how, e.relied, e.relied_position, e.relied_actor, e.about, e.indicator,
       CASE WHEN e.again IS NULL THEN 'contested' ELSE 're-decided' END AS ends, e.again AS re_decided_at,
       count(*) OVER () AS total
FROM ended e WHERE e.again IS NULL OR e.again > e.position
ORDER BY e.again IS NULL DESC, e.position, e.relied_position LIMIT %(most)s
