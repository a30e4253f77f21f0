-- The rating that counts for each subject and indicator, and what its evidence is worth. p_about NULL: all subjects.
-- A reaffirmed rating is a rating. Evidence supports one from its own effective day. It is contested when it was
-- retracted, when the last word on a dispute of it upheld that, or when its submission was taken back so that it is not
-- on record at all; what merely counts from a later day is neither.
CREATE OR REPLACE FUNCTION cot_projection.current_ratings(
    p_district text, p_position bigint, p_effective date, p_about text[]
) RETURNS TABLE (
    about text, indicator text, level integer, rated_on date, rubric_version text, evidence text[],
    newest_evidence_on date, oldest_evidence_on date, retracted_evidence integer, disputed_evidence integer,
    sources integer,
    rating_position bigint, rating_event_position bigint
) LANGUAGE sql STABLE AS $$
    WITH scope AS MATERIALIZED (
        -- One reading serves ratings and evidence where all are asked for; some subjects' evidence may lie elsewhere.
        SELECT e.type, e.data, e.effective_from, e.fact_position, e.position
        FROM cot_log.events_in_scope(p_district, p_position, 'infinity', p_about) e
        WHERE e.type IN ('IndicatorRated', 'RatingReaffirmed', 'EvidenceSubmitted', 'EvidenceRetracted',
                         'EvidenceDisputeSettled')
    ), rating AS MATERIALIZED (
        SELECT DISTINCT ON (e.data ->> 'about', e.data ->> 'indicator')
               e.data ->> 'about' AS about, e.data ->> 'indicator' AS indicator,
               (e.data ->> 'level')::integer AS level, e.effective_from AS rated_on,
               e.data ->> 'rubric_version' AS rubric_version, e.data -> 'evidence' AS cited,
               e.fact_position AS rating_position, e.position AS rating_event_position
        FROM scope e
        WHERE e.type IN ('IndicatorRated', 'RatingReaffirmed') AND e.effective_from <= p_effective AND (p_about IS NULL OR e.data ->> 'about' = ANY (p_about))
        ORDER BY e.data ->> 'about', e.data ->> 'indicator', e.effective_from DESC, e.fact_position DESC
    ), citation AS MATERIALIZED (
        SELECT r.about, r.indicator, c.evidence, c.n
        FROM rating r CROSS JOIN LATERAL jsonb_array_elements_text(r.cited) WITH ORDINALITY AS c (evidence, n)
    ), paper AS MATERIALIZED (
        SELECT e.data ->> 'evidence' AS evidence, max((e.data ->> 'collected_to')::date)
                   FILTER (WHERE e.effective_from <= p_effective) AS collected_to,
               max(e.data ->> 'source_key')
                   FILTER (WHERE e.effective_from <= p_effective) AS source_key,
               bool_or(e.type = 'EvidenceSubmitted') AS on_record,
               bool_or(e.type = 'EvidenceRetracted') AS retracted,
               coalesce((array_agg(e.data ->> 'outcome' ORDER BY e.effective_from DESC, e.fact_position DESC)
                   FILTER (WHERE e.type = 'EvidenceDisputeSettled'))[1] = 'upheld', false) AS disputed
        FROM (SELECT c.type, c.data, c.effective_from, c.fact_position FROM scope c WHERE p_about IS NULL
              UNION ALL
              SELECT c.type, c.data, c.effective_from, c.fact_position FROM cot_log.events_in_scope(
                  p_district, p_position, 'infinity',
                  ARRAY(SELECT DISTINCT 'evidence:' || c.evidence FROM citation c)) c WHERE p_about IS NOT NULL) e
        WHERE e.type = 'EvidenceSubmitted'
           OR (e.type IN ('EvidenceRetracted', 'EvidenceDisputeSettled') AND e.effective_from <= p_effective)
        GROUP BY 1
    ), worth AS (
        SELECT c.about, c.indicator, array_agg(c.evidence ORDER BY c.n) AS evidence,
               max(p.collected_to) FILTER (WHERE NOT p.retracted AND NOT p.disputed) AS newest_evidence_on,
               min(p.collected_to) FILTER (WHERE NOT p.retracted AND NOT p.disputed) AS oldest_evidence_on,
               count(*) FILTER (WHERE p.retracted OR p.on_record IS NOT TRUE)::integer AS retracted_evidence,
               count(*) FILTER (WHERE p.disputed)::integer AS disputed_evidence,
               count(DISTINCT p.source_key) FILTER (WHERE NOT p.retracted AND NOT p.disputed)::integer AS sources
        FROM citation c LEFT JOIN paper p ON p.evidence = c.evidence
        GROUP BY c.about, c.indicator
    )
    SELECT r.about, r.indicator, r.level, r.rated_on, r.rubric_version, w.evidence, w.newest_evidence_on,
           w.oldest_evidence_on, w.retracted_evidence, w.disputed_evidence, w.sources, r.rating_position, r.rating_event_position
    FROM rating r JOIN worth w ON w.about = r.about AND w.indicator = r.indicator
$$;
