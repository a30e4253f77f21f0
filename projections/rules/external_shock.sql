-- External shock: somebody outside found something or ordered it: an audit finding, an order of the state or a court.
-- Parameters: kinds (a blank between them), look_back_days, how long after its day it is asked about. It concerns each unit
-- it names that is still there, or the whole district. A finding that is closed is asked about no more. The cause is the event.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today
), scope AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, ARRAY['district:all']) e
    WHERE e.type IN ('ExternalFindingRecorded', 'FindingStatusReported')
), concerned AS (
    SELECT s.*, CASE WHEN s.data ->> 'unit' IS NULL THEN 'district:all' ELSE 'unit:' || (s.data ->> 'unit') END AS about
    FROM (SELECT f.position, f.fact_position, f.effective_from, f.data || jsonb_build_object('unit', u.unit) AS data
          FROM given g JOIN scope f ON f.type = 'ExternalFindingRecorded'
          LEFT JOIN LATERAL jsonb_array_elements_text(f.data -> 'units') AS u (unit) ON true
          WHERE f.data ->> 'kind' = ANY (string_to_array(g.p ->> 'kinds', ' '))
            AND f.effective_from > g.today - (g.p ->> 'look_back_days')::integer
            AND NOT EXISTS (SELECT FROM scope c WHERE c.type = 'FindingStatusReported' AND c.data ->> 'status' = 'closed'
                            AND c.data ->> 'finding' = f.data ->> 'finding')) s
)
SELECT c.about, c.fact_position::text AS cause_key,
       left(replace(c.data ->> 'kind', '_', ' ') || ' by ' || (c.data ->> 'source') || ': ' || (c.data ->> 'condition'), 160) AS title,
       jsonb_build_array(jsonb_build_object('position', c.position, 'shows',
           left((c.data ->> 'reference') || ', ' || c.effective_from || ': ' || (c.data ->> 'condition'), 240)
           || '; a plan is due on ' || (c.data ->> 'plan_due_on'))) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN concerned c
WHERE c.about NOT IN (SELECT 'unit:' || e.unit FROM cot_projection.ended_units(%(district)s, %(position)s, %(today)s) e)
ORDER BY 1, c.fact_position
