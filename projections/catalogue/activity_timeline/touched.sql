-- The activities that the events after one position and up to another concern: named by the events themselves, or of the
-- units that an ending joins, when one is recorded or taken back. Facts about the whole district (calendar, rubric,
-- policies) are no part of these rows, so they touch none.
WITH RECURSIVE direct AS MATERIALIZED (
    SELECT e.type, e.subjects FROM cot_log.event e
    WHERE e.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
), ending AS MATERIALIZED (
    SELECT ARRAY(SELECT u FROM unnest(e.subjects) AS u WHERE starts_with(u, 'unit:')) AS units
    FROM cot_log.event_subject l JOIN cot_log.event e ON e.district = l.district AND e.position = l.position
    WHERE l.district = %(district)s AND l.subject = 'district:all' AND l.position <= %(up_to)s
      AND e.type IN ('UnitsMerged', 'UnitSplit', 'UnitDissolved')
), reached AS (
    SELECT u.code FROM direct d CROSS JOIN LATERAL unnest(d.subjects) AS u (code)
    WHERE d.type IN ('UnitsMerged', 'UnitSplit', 'UnitDissolved', 'FactRetracted') AND 'district:all' = ANY (d.subjects)
      AND starts_with(u.code, 'unit:')
    UNION
    SELECT u.code FROM reached r JOIN ending e ON r.code = ANY (e.units) CROSS JOIN LATERAL unnest(e.units) AS u (code)
)
SELECT DISTINCT s.subject AS key FROM (
    SELECT u.subject FROM direct d CROSS JOIN LATERAL unnest(d.subjects) AS u (subject)
    UNION ALL
    SELECT o.subject FROM (
        SELECT DISTINCT l.position FROM reached r
        JOIN cot_log.event_subject l ON l.district = %(district)s AND l.subject = r.code AND l.position <= %(up_to)s
    ) p CROSS JOIN LATERAL (
        SELECT unnest(e.subjects) AS subject FROM cot_log.event e
        WHERE e.district = %(district)s AND e.position = p.position OFFSET 0) o
) s WHERE starts_with(s.subject, 'activity:')
