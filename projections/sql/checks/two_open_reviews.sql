-- Slots (a type of review about a subject) with more than one open review, whatever the day.
SELECT r.review_type, r.about, array_agg(r.review ORDER BY r.opened_position) AS reviews
FROM cot_projection.review_queue_rows(%(district)s, %(position)s, 'infinity', NULL) r
WHERE r.ended_as IS NULL
GROUP BY r.review_type, r.about
HAVING count(*) > 1
ORDER BY r.review_type, r.about
