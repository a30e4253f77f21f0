-- Where the live rows of a projection stand, and where the log stands; no row: the district has no log.
SELECT l.head_position, (l.head_recorded_at AT TIME ZONE l.time_zone)::date AS head_day, i.digest AS installed_digest,
       c.generation, c.position, c.effective_on, c.next_effective, c.query_digest
FROM cot_log.log l
LEFT JOIN cot_projection.installed i ON i.name = 'query/' || %(projection)s::text
LEFT JOIN cot_projection.checkpoint c
    ON c.projection = %(projection)s AND c.district = l.district AND c.state = 'live'
WHERE l.district = %(district)s
