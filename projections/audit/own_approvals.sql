-- What somebody approved, or verified, of their own and the record took all the same: none is expected, because the rules
-- refuse it. An approval of what one recorded oneself, or of what was recorded in one's name; evidence verified by who
-- submitted it; an action item verified by who completed it.
WITH told AS (
    SELECT e.position, e.event_id, e.type, e.stream, e.actor, (e.recorded_at AT TIME ZONE l.time_zone)::date AS recorded_on,
           CASE WHEN position('"approved_by":"'::bytea IN e.content) > 0 THEN convert_from(e.content, 'UTF8')::jsonb END AS document
    FROM cot_log.log l JOIN cot_log.event e ON e.district = l.district
    WHERE l.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
      AND (e.type IN ('EvidenceVerified', 'ActionItemVerified') OR position('"approved_by":"'::bytea IN e.content) > 0)
), found AS (
    SELECT t.position, t.event_id, t.type, t.actor, t.recorded_on, 'approved by ' || (t.document ->> 'approved_by') AS how
    FROM told t WHERE t.document ->> 'approved_by' IN (t.actor, t.document ->> 'on_behalf_of')
    UNION ALL
    SELECT t.position, t.event_id, t.type, t.actor, t.recorded_on, 'verified what the same person did at position ' || own.position
    FROM told t CROSS JOIN LATERAL (
        SELECT o.position, o.actor FROM cot_log.event o
        WHERE o.district = %(district)s AND o.stream = t.stream AND o.position < t.position
          AND o.type IN ('EvidenceSubmitted', 'ActionItemCompleted')
        ORDER BY o.position DESC LIMIT 1
    ) own
    WHERE t.type IN ('EvidenceVerified', 'ActionItemVerified') AND own.actor = t.actor
)
SELECT f.*, count(*) OVER () AS total FROM found f ORDER BY f.position, f.how LIMIT %(most)s
