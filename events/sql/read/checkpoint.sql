-- Where a follower stands.
SELECT c.position FROM cot_log.checkpoint c WHERE c.follower = %(follower)s AND c.district = %(district)s
