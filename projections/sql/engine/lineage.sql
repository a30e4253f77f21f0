-- The events that concern a key as known at a position, in order. `counts` is false for what a later event had
-- corrected or retracted by then, and for retractions themselves; "replaced by" is the position of the next word.
SELECT e.position, e.stream, e.event_id, e.type, e.recorded_at, e.occurred_on, e.effective_from, e.actor,
       e.fact_position, s.next_word AS replaced_by,
       s.next_word IS NULL AND e.type <> 'FactRetracted' AS counts
FROM cot_log.event_subject x
JOIN cot_log.current_event e ON e.district = x.district AND e.position = x.position
CROSS JOIN LATERAL (
    SELECT min(r.position) AS next_word FROM cot_log.event r
    WHERE r.district = e.district AND r.fact_position <> r.position AND r.fact_position = e.fact_position
      AND r.position > e.position AND r.position <= %(position)s
) s
WHERE x.district = %(district)s AND x.subject = %(key)s AND x.position <= %(position)s
ORDER BY e.position
