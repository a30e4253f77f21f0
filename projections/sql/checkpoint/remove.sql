-- Forget a generation whose rows have been removed.
DELETE FROM cot_projection.checkpoint c
WHERE c.projection = %(projection)s AND c.district = %(district)s AND c.generation = %(generation)s
  AND c.state <> 'live'
