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
    SELECT e.position, e.type, e.stream, e.actor, e.data -> 'evidence' AS evidence, coalesce(e.data ->> 'about', e.stream) AS about,
           e.data ->> 'indicator' AS indicator,
           ARRAY(SELECT s FROM unnest(e.subjects) AS s WHERE split_part(s, ':', 1) IN ('unit', 'network', 'dimension')) AS concerns,
           -- The next rating of the same, reaffirmed or not: facts of other types are each alone in their partition.
           CASE WHEN e.type IN ('IndicatorRated', 'RatingReaffirmed') THEN lead(e.position) OVER (
               PARTITION BY CASE WHEN e.type IN ('IndicatorRated', 'RatingReaffirmed') THEN 0 ELSE e.position END,
                            e.data ->> 'about', e.data ->> 'indicator' ORDER BY e.position) END AS next_rating
    FROM cot_log.events_in_scope(%(district)s, %(head)s, 'infinity', NULL) e
    WHERE jsonb_typeof(e.data -> 'evidence') = 'array'
), relying AS MATERIALIZED (
    SELECT f.position AS fell_at, f.evidence AS cited, f.how, c.*
    FROM counting c CROSS JOIN LATERAL jsonb_array_elements_text(c.evidence) AS one (cited)
    JOIN fallen f ON f.evidence = one.cited AND f.position > c.position
), others AS (
    -- What is no rating is decided again by the next fact of its type in its stream, a review also by another about the same.
    SELECT r.position, r.fell_at, min(n.position) AS again
    FROM relying r JOIN counting n ON n.type = r.type AND n.stream = r.stream AND n.position > r.fell_at
    WHERE r.type NOT IN ('IndicatorRated', 'RatingReaffirmed') GROUP BY 1, 2
    UNION ALL
    SELECT r.position, r.fell_at, min(n.position)
    FROM relying r JOIN counting n ON n.type = r.type AND n.position > r.fell_at AND n.concerns && r.concerns
    WHERE r.type = 'DecisionRecorded' GROUP BY 1, 2
), ended AS (
    SELECT r.*, coalesce(r.next_rating, (
        SELECT min(o.again) FROM others o WHERE o.position = r.position AND o.fell_at = r.fell_at)) AS again
    FROM relying r
)
SELECT e.fell_at AS position, e.cited AS evidence, e.how, e.type AS relied, e.position AS relied_position, e.actor AS relied_actor,
       e.about, e.indicator, CASE WHEN e.again IS NULL THEN 'contested' ELSE 're-decided' END AS ends, e.again AS re_decided_at,
       count(*) OVER () AS total
FROM ended e WHERE e.again IS NULL OR e.again > e.fell_at
ORDER BY e.again IS NULL DESC, e.fell_at, e.position LIMIT %(most)s
