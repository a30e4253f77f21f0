-- Where the index of subjects and the events differ, one difference a position. What lies beyond the events is looked
-- for elsewhere.
SELECT DISTINCT ON (position) position, subject, i.subject IS NOT NULL AS is_indexed
FROM (
    SELECT e.position, s.subject FROM cot_log.event e CROSS JOIN LATERAL unnest(e.subjects) AS s (subject)
    WHERE e.district = %(district)s AND e.position <= %(up_to)s::bigint
) told
FULL JOIN (
    SELECT x.position, x.subject FROM cot_log.event_subject x
    JOIN cot_log.event e ON e.district = x.district AND e.position = x.position
    WHERE x.district = %(district)s AND x.position <= %(up_to)s::bigint
) i USING (position, subject)
WHERE told.subject IS NULL OR i.subject IS NULL
ORDER BY position, subject COLLATE "C"
