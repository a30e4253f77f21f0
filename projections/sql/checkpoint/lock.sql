-- Take a projection's live or building checkpoint and hold it to the end of the transaction.
SELECT c.generation, c.position, c.effective_on, c.next_effective, c.query_digest
FROM cot_projection.checkpoint c
WHERE c.projection = %(projection)s AND c.district = %(district)s AND c.state = %(state)s
FOR UPDATE
