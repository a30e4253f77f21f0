-- Move a follower's checkpoint if it stands where expected (0: not yet there); no row: another has moved it.
INSERT INTO cot_log.checkpoint AS c (follower, district, position, moved_at)
SELECT %(follower)s, %(district)s, %(position)s, clock_timestamp()
WHERE %(expected)s::bigint = 0 OR EXISTS (
    SELECT FROM cot_log.checkpoint h WHERE h.follower = %(follower)s AND h.district = %(district)s)
ON CONFLICT (follower, district) DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at
    WHERE c.position = %(expected)s::bigint
RETURNING c.position
