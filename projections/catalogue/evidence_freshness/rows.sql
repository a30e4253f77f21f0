-- The current rating of each subject and indicator with its evidence, from the events in scope: first those about the
-- subjects asked for, then all about the evidence that their ratings cite.
CREATE OR REPLACE FUNCTION cot_projection.evidence_freshness_rows(
    p_district text, p_position bigint, p_effective date, p_keys text[]
) RETURNS SETOF cot_projection.evidence_freshness_row LANGUAGE sql STABLE AS $$
WITH rating AS MATERIALIZED (
    SELECT DISTINCT ON (e.data ->> 'about', e.data ->> 'indicator') e.position, e.effective_from, e.data
    FROM cot_log.events_in_scope(p_district, p_position, p_effective, p_keys) e
    WHERE e.type = 'IndicatorRated' AND (p_keys IS NULL OR e.data ->> 'about' = ANY (p_keys))
    ORDER BY e.data ->> 'about', e.data ->> 'indicator', e.effective_from DESC, e.fact_position DESC
), cited AS (
    SELECT r.position, c.evidence FROM rating r CROSS JOIN LATERAL jsonb_array_elements_text(r.data -> 'evidence') AS c (evidence)
), about_evidence AS MATERIALIZED (
    SELECT e.type, e.data FROM cot_log.events_in_scope(p_district, p_position, p_effective, NULL) e
    WHERE p_keys IS NULL AND e.type IN ('EvidenceSubmitted', 'EvidenceRetracted')
    UNION ALL
    SELECT e.type, e.data FROM cot_log.events_in_scope(
        p_district, p_position, p_effective, ARRAY(SELECT DISTINCT 'evidence:' || c.evidence FROM cited c)) e
    WHERE p_keys IS NOT NULL AND e.type IN ('EvidenceSubmitted', 'EvidenceRetracted')
), evidence AS (
    SELECT a.data ->> 'evidence' AS evidence, (a.data ->> 'collected_to')::date AS collected_to, a.data ->> 'source_key' AS source
    FROM about_evidence a WHERE a.type = 'EvidenceSubmitted'
), retracted AS (
    SELECT DISTINCT a.data ->> 'evidence' AS evidence FROM about_evidence a WHERE a.type = 'EvidenceRetracted'
)
SELECT p_district, r.data ->> 'about', r.data ->> 'about', r.data ->> 'indicator',
       substr(r.data ->> 'indicator', 2, 1)::integer, (r.data ->> 'level')::integer, r.effective_from,
       r.data ->> 'rubric_version', array_agg(c.evidence ORDER BY c.evidence),
       max(e.collected_to) FILTER (WHERE x.evidence IS NULL), min(e.collected_to) FILTER (WHERE x.evidence IS NULL),
       (count(DISTINCT e.source) FILTER (WHERE x.evidence IS NULL))::integer,
       count(x.evidence)::integer, count(x.evidence) > 0, r.position
FROM rating r JOIN cited c USING (position)
LEFT JOIN evidence e ON e.evidence = c.evidence LEFT JOIN retracted x ON x.evidence = c.evidence
GROUP BY r.position, r.effective_from, r.data
$$;
