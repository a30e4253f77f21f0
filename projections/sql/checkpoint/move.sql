-- Move a checkpoint by compare and swap: only from where the caller found it. Notes on which later day a fact that
-- is recorded already begins to count.
UPDATE cot_projection.checkpoint c
SET position = %(position)s, effective_on = %(effective)s, updated_at = clock_timestamp(),
    next_effective = (
        SELECT min(e.effective_from) FROM cot_log.event e
        WHERE e.district = %(district)s AND e.comes_later AND e.position <= %(position)s
          AND e.effective_from > %(effective)s)
WHERE c.projection = %(projection)s AND c.district = %(district)s AND c.generation = %(generation)s
  AND c.position = %(from_position)s AND c.effective_on = %(from_effective)s AND c.state <> 'retired'
