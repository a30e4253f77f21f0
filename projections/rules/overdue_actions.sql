-- Overdue actions: a unit has so many action items past their due date, or a critical one past it for more than so many
-- working days. Parameters: count, critical_working_days. A moved due date counts as the due date, a reassigned item for
-- the unit it went to, one without a unit for the district. The cause is the first opened of the overdue items.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today
), scope AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data, e.data ->> 'action' AS action
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    WHERE e.type IN ('ActionItemOpened', 'ActionItemReassigned', 'ActionItemDueDateMoved', 'ActionItemCompleted', 'ActionItemDropped')
), owner AS (
    SELECT DISTINCT ON (s.action) s.action, s.data ->> 'unit' AS unit FROM scope s
    WHERE s.type IN ('ActionItemOpened', 'ActionItemReassigned') ORDER BY s.action, s.effective_from DESC, s.fact_position DESC
), due AS (
    SELECT DISTINCT ON (s.action) s.action, (s.data ->> 'due_on')::date AS due_on, s.position FROM scope s
    WHERE s.type IN ('ActionItemOpened', 'ActionItemDueDateMoved') ORDER BY s.action, s.effective_from DESC, s.fact_position DESC
), days AS MATERIALIZED (
    SELECT w.* FROM given g CROSS JOIN LATERAL cot_projection.working_days_after(
        %(district)s, %(position)s, (SELECT min(d.due_on) FROM due d), g.today) w
), finished AS MATERIALIZED (
    SELECT DISTINCT s.action FROM scope s WHERE s.type IN ('ActionItemCompleted', 'ActionItemDropped')
), overdue AS (
    SELECT coalesce('unit:' || w.unit, 'district:all') AS about, o.fact_position, d.position, d.due_on,
           o.data ->> 'title' AS title, (o.data ->> 'critical')::boolean AS critical,
           l.working_days AS late
    FROM given g CROSS JOIN scope o JOIN due d ON d.action = o.action JOIN owner w ON w.action = o.action
    JOIN days l ON l.day = d.due_on
    WHERE o.type = 'ActionItemOpened' AND d.due_on < g.today AND o.action NOT IN (SELECT f.action FROM finished f)
), counted AS (
    SELECT o.*, count(*) OVER (PARTITION BY o.about) >= (g.p ->> 'count')::integer AS many,
           o.critical AND o.late > (g.p ->> 'critical_working_days')::integer AS pressing
    FROM given g CROSS JOIN overdue o
)
SELECT c.about, min(c.fact_position)::text AS cause_key,
       count(*) || ' action item(s) of ' || c.about || ' overdue' AS title,
       jsonb_agg(jsonb_build_object('position', c.position, 'shows',
           CASE WHEN c.critical THEN 'critical: ' ELSE '' END || c.title || ', due on ' || c.due_on || ', '
           || c.late || ' working days late') ORDER BY c.position) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN counted c WHERE c.many OR c.pressing
GROUP BY c.about, g.today
ORDER BY 1
