-- Owner gap: nobody heads a unit that had a head, or someone who left still owns one of its open action items, for more
-- than so many working days. Parameters: working_days. The cause is the event by which that person left; an action item
-- without a unit concerns the district.
WITH given AS (
    SELECT %(today)s::date AS today, (%(parameters)s::jsonb ->> 'working_days')::integer AS working_days
), scope AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    WHERE e.type IN ('UnitHeadAssigned', 'UnitHeadVacated', 'ActorRetired', 'ActionItemOpened', 'ActionItemReassigned',
                     'ActionItemCompleted', 'ActionItemDropped')
), retired AS (
    SELECT DISTINCT ON (s.data ->> 'actor') s.data ->> 'actor' AS actor, s.position, s.fact_position, s.effective_from
    FROM scope s WHERE s.type = 'ActorRetired' ORDER BY s.data ->> 'actor', s.effective_from, s.fact_position
), heading AS (
    SELECT s.data ->> 'unit' AS unit, s.data ->> 'head' AS head, s.type = 'UnitHeadAssigned' AS filled,
           coalesce((s.data ->> 'acting')::boolean, false) AS acting, s.position, s.fact_position, s.effective_from
    FROM scope s WHERE s.type IN ('UnitHeadAssigned', 'UnitHeadVacated')
), last_word AS (
    SELECT DISTINCT ON (h.unit, h.head) h.* FROM heading h
    ORDER BY h.unit, h.head, h.effective_from DESC, h.fact_position DESC
), standing AS (
    -- A head who is named and has not left; a substantive head ends an acting one.
    SELECT w.unit FROM last_word w
    WHERE w.filled AND NOT EXISTS (SELECT FROM retired r WHERE r.actor = w.head)
      AND NOT (w.acting AND EXISTS (
          SELECT FROM heading h WHERE h.unit = w.unit AND h.filled AND NOT h.acting
          AND (h.effective_from, h.fact_position) > (w.effective_from, w.fact_position)))
), leaving AS (
    SELECT w.unit, w.head, w.position, w.fact_position, w.effective_from FROM last_word w WHERE NOT w.filled
    UNION ALL
    SELECT w.unit, w.head, r.position, r.fact_position, r.effective_from FROM last_word w JOIN retired r ON r.actor = w.head
), left_on AS (
    SELECT DISTINCT ON (l.unit, l.head) l.* FROM leaving l ORDER BY l.unit, l.head, l.effective_from, l.fact_position
), headless AS (
    SELECT DISTINCT ON (l.unit) l.* FROM left_on l WHERE l.unit NOT IN (SELECT unit FROM standing)
    ORDER BY l.unit, l.effective_from DESC, l.fact_position DESC
), owed AS (
    SELECT DISTINCT ON (s.data ->> 'action') s.data ->> 'action' AS action, s.data ->> 'owner' AS owner,
           s.data ->> 'unit' AS unit, s.position, s.effective_from
    FROM scope s WHERE s.type IN ('ActionItemOpened', 'ActionItemReassigned')
    ORDER BY s.data ->> 'action', s.effective_from DESC, s.fact_position DESC
), gap AS (
    SELECT 'unit:' || h.unit AS about, h.fact_position AS cause, h.position, h.effective_from AS since,
           h.unit || ' has had no head since ' || h.effective_from AS shows, true AS of_head
    FROM headless h WHERE h.unit NOT IN (SELECT unit FROM cot_projection.ended_units(%(district)s, %(position)s, %(today)s))
    UNION ALL
    SELECT coalesce('unit:' || o.unit, 'district:all'), r.fact_position, o.position, greatest(r.effective_from, o.effective_from),
           'action item ' || o.action || ' is owed by someone who left on ' || r.effective_from, false
    FROM owed o JOIN retired r ON r.actor = o.owner
    WHERE NOT EXISTS (SELECT FROM scope s WHERE s.type IN ('ActionItemCompleted', 'ActionItemDropped')
                      AND s.data ->> 'action' = o.action)
)
SELECT p.about, p.cause::text AS cause_key,
       CASE WHEN bool_or(p.of_head) THEN substr(p.about, 6) || ' has no head' ELSE 'Action items of ' || p.about || ' have no owner' END
       || ' for more than ' || g.working_days || ' working days' AS title,
       jsonb_agg(jsonb_build_object('position', p.position, 'shows', p.shows) ORDER BY p.of_head DESC, p.position) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN gap p
WHERE cot_projection.working_days_between(%(district)s, %(position)s, p.since, g.today) > g.working_days
GROUP BY p.about, p.cause, g.working_days, g.today
ORDER BY 1, p.cause
