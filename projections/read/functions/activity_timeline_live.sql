-- The live activities of all districts as they look today, with the owner's rights. Where a fact that was recorded
-- ahead has come due since the rows were stored, they are computed instead, at the position the stored ones have.
CREATE OR REPLACE FUNCTION cot_projection.activity_timeline_live() RETURNS SETOF cot_projection.activity_timeline_answer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH standing AS MATERIALIZED (
        SELECT c.district, c.generation, c.position, c.next_effective, l.clock,
               cot_projection.today(c.district) AS today,
               cot_projection.position_time(c.district, c.position) AS recorded_at
        FROM cot_projection.checkpoint c
        JOIN cot_log.log l ON l.district = c.district
        WHERE c.projection = 'activity_timeline' AND c.state = 'live'
    )
    SELECT t.district, t.activity, t.kind, t.published_kind, t.units, t.dimension, t.title, t.owner, t.status,
           t.occurred_on, t.last_day, t."precision", t.starts_on, t.due_on, t.started_on, t.finished_on,
           t.schools_percent, t.evidence, t.quantity, t.quantity_unit, t.published_summary, t.source_title,
           t.source_url, t.known_on, t.external_id, t.known_position, t.summary_position,
           t.last_event_position, o.overdue, o.days_overdue,
           c.position, c.recorded_at, c.clock
    FROM standing c
    JOIN cot_projection.activity_timeline t ON t.district = c.district AND t.generation = c.generation
    CROSS JOIN LATERAL cot_projection.activity_timeline_on(
        ROW(t.district, t.key, t.activity, t.kind, t.published_kind, t.units, t.dimension, t.title, t.owner,
        t.status, t.occurred_on, t.last_day, t."precision", t.starts_on, t.due_on, t.started_on, t.finished_on,
        t.schools_percent, t.evidence, t.quantity, t.quantity_unit, t.published_summary, t.source_title,
        t.source_url, t.known_on, t.external_id, t.known_position, t.summary_position, t.last_event_position
        )::cot_projection.activity_timeline_row, c.position, c.today) o
    WHERE c.next_effective IS NULL OR c.next_effective > c.today
    UNION ALL
    SELECT r.district, r.activity, r.kind, r.published_kind, r.units, r.dimension, r.title, r.owner, r.status,
           r.occurred_on, r.last_day, r."precision", r.starts_on, r.due_on, r.started_on, r.finished_on,
           r.schools_percent, r.evidence, r.quantity, r.quantity_unit, r.published_summary, r.source_title,
           r.source_url, r.known_on, r.external_id, r.known_position, r.summary_position,
           r.last_event_position, o.overdue, o.days_overdue,
           c.position, c.recorded_at, c.clock
    FROM standing c
    CROSS JOIN LATERAL cot_projection.activity_timeline_rows(c.district, c.position, c.today, NULL) r
    CROSS JOIN LATERAL cot_projection.activity_timeline_on(r, c.position, c.today) o
    WHERE c.next_effective <= c.today
$$;
-- Whoever reads the view must be allowed to execute this; by name analysts cannot reach it.
GRANT EXECUTE ON FUNCTION cot_projection.activity_timeline_live() TO cot_analyst;
