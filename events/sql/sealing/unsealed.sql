-- Whether anything was recorded after a position that is not in one stream, the log's own of sealing. Looked at in order:
-- the first few events answer, and after a checkpoint few are about sealing.
SELECT EXISTS (
    SELECT FROM cot_log.event e
    WHERE e.district = %(district)s AND e.position > %(after)s::bigint AND e.position <= %(up_to)s::bigint
      AND e.stream <> %(stream)s)
