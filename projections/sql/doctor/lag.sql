-- How far the live rows of each projection are behind the log.
SELECT l.district, c.projection, l.head_position - c.position AS behind, c.updated_at
FROM cot_log.log l JOIN cot_projection.checkpoint c ON c.district = l.district AND c.state = 'live'
WHERE l.head_position <> c.position ORDER BY 1, 2
