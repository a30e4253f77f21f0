-- The events that count for a question: known at a position, effective by a date, about some subjects (NULL: all),
-- corrected facts replaced by their last correction, retracted ones left out. All projections start from here.
-- Two branches instead of an OR, so that after inlining the unused one is pruned and the other is an index scan.
CREATE FUNCTION cot_log.events_in_scope(
    p_district text, p_position bigint, p_effective date, p_subjects text[]
) RETURNS SETOF cot_log.current_event LANGUAGE sql STABLE AS $$
    SELECT e.* FROM cot_log.current_event e
    WHERE p_subjects IS NULL AND e.district = p_district AND e.position <= p_position
      AND e.effective_from <= p_effective AND e.type <> 'FactRetracted'
      AND NOT EXISTS (
          SELECT FROM cot_log.event s
          WHERE s.district = p_district AND s.fact_position <> s.position
            AND s.fact_position = e.fact_position AND s.position > e.position AND s.position <= p_position)
    UNION ALL
    SELECT e.* FROM cot_log.current_event e
    WHERE p_subjects IS NOT NULL AND e.district = p_district AND e.position <= p_position
      AND e.effective_from <= p_effective AND e.type <> 'FactRetracted'
      AND e.position = ANY (ARRAY(
          SELECT x.position FROM cot_log.event_subject x
          WHERE x.district = p_district AND x.subject = ANY (p_subjects || '*'::text)))
      AND NOT EXISTS (
          SELECT FROM cot_log.event s
          WHERE s.district = p_district AND s.fact_position <> s.position
            AND s.fact_position = e.fact_position AND s.position > e.position AND s.position <= p_position)
$$;
