-- When a position was recorded.
SELECT cot_projection.position_time(%(district)s, %(position)s) AS at
