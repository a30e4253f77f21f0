-- The units of facts that were recorded ahead of their time and whose day has come: named by these themselves, or by
-- other events about the same evidence, activity or action; and the units joined to these by an ending.
WITH RECURSIVE direct AS (
    SELECT DISTINCT s.subject FROM cot_log.event e
    CROSS JOIN LATERAL unnest(e.subjects) AS s (subject)
    WHERE e.district = %(district)s AND e.comes_later AND e.position <= %(up_to)s
      AND e.effective_from > %(date_after)s AND e.effective_from <= %(date_up_to)s
), linked AS (
    SELECT DISTINCT l.position FROM direct d
    JOIN cot_log.event_subject l ON l.district = %(district)s AND l.subject = d.subject AND l.position <= %(up_to)s
    WHERE starts_with(d.subject, 'evidence:') OR starts_with(d.subject, 'activity:') OR starts_with(d.subject, 'action:')
), named AS MATERIALIZED (
    SELECT DISTINCT s.subject FROM (
        SELECT d.subject FROM direct d
        UNION ALL
        -- Kept apart, so that the few linked events are looked up by their positions, whatever the planner knows of the log.
        SELECT o.subject FROM linked l CROSS JOIN LATERAL (
            SELECT unnest(e.subjects) AS subject FROM cot_log.event e
            WHERE e.district = %(district)s AND e.position = l.position OFFSET 0) o
    ) s WHERE starts_with(s.subject, 'unit:')
), ending AS MATERIALIZED (
    -- Units that ended together, and who came after them: what is left by one becomes another's.
    SELECT ARRAY(SELECT u FROM unnest(e.subjects) AS u WHERE starts_with(u, 'unit:')) AS units
    FROM cot_log.event_subject l JOIN cot_log.event e ON e.district = l.district AND e.position = l.position
    WHERE l.district = %(district)s AND l.subject = 'district:all' AND l.position <= %(up_to)s
      AND e.type IN ('UnitsMerged', 'UnitSplit', 'UnitDissolved')
), reached AS (
    SELECT n.subject FROM named n
    UNION
    SELECT u.code FROM reached r JOIN ending e ON r.subject = ANY (e.units) CROSS JOIN LATERAL unnest(e.units) AS u (code)
)
SELECT r.subject AS key FROM reached r
