-- The first thing that lies beyond a log's head and so belongs to no event that the head knows of; none, even while
-- others append: one statement sees one moment. A subject or personal value left there would be taken for that of
-- the next event, or stop it from being recorded.
SELECT x.position, x.what FROM cot_log.log l CROSS JOIN LATERAL (
    (SELECT e.position, 'event' AS what FROM cot_log.event e
     WHERE e.district = l.district AND e.position > l.head_position ORDER BY e.position LIMIT 1)
    UNION ALL
    (SELECT s.position, 'subject' FROM cot_log.event_subject s
     WHERE s.district = l.district AND s.position > l.head_position ORDER BY s.position LIMIT 1)
    UNION ALL
    (SELECT p.position, 'personal value' FROM cot_log.event_personal p
     WHERE p.district = l.district AND p.position > l.head_position ORDER BY p.position LIMIT 1)
) AS x (position, what)
WHERE l.district = %(district)s ORDER BY x.position, x.what LIMIT 1
