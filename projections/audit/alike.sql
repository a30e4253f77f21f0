-- Facts of a span that say the same of the same thing on the same day under different ids, or bear one id twice. The
-- first is worth a question, no fault by itself; the second cannot be, and means that the database was tampered with.
WITH said AS (
    SELECT e.stream, e.type, e.occurred_on, md5(e.data::text) AS data, count(*) AS times,
           min(e.position) AS first_position, max(e.position) AS last_position, false AS one_id
    FROM cot_log.event e
    WHERE e.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
      AND e.fact_position = e.position AND e.source <> 'scheduler'
    GROUP BY e.stream, e.type, e.occurred_on, md5(e.data::text), e.effective_from HAVING count(*) > 1
    UNION ALL
    SELECT min(e.stream), min(e.type), min(e.occurred_on), e.event_id::text, count(*), min(e.position), max(e.position), true
    FROM cot_log.event e
    WHERE e.district = %(district)s AND e.position > %(after)s AND e.position <= %(up_to)s
    GROUP BY e.event_id HAVING count(*) > 1
)
SELECT s.stream, s.type, s.occurred_on, s.times, s.first_position, s.last_position, s.one_id,
       count(*) OVER () AS total, count(*) FILTER (WHERE s.one_id) OVER () AS wrong
FROM said s ORDER BY s.one_id DESC, s.first_position LIMIT %(most)s
