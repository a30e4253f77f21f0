-- Store the rows of some keys (NULL: all) as known at a position and effective by a date.
INSERT INTO cot_projection.review_queue
SELECT %(generation)s, r.* FROM cot_projection.review_queue_rows(
    %(district)s, %(position)s, %(effective)s, %(keys)s::text[]) r
