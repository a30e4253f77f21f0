-- The live reviews of all districts as they look today, with the owner's rights. Where a fact that was recorded
-- ahead has come due since the rows were stored, they are computed instead, at the position the stored ones have.
CREATE OR REPLACE FUNCTION cot_projection.review_queue_live() RETURNS SETOF cot_projection.review_queue_answer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH standing AS MATERIALIZED (
        SELECT c.district, c.generation, c.position, c.next_effective, l.clock,
               cot_projection.today(c.district) AS today,
               cot_projection.position_time(c.district, c.position) AS recorded_at
        FROM cot_projection.checkpoint c
        JOIN cot_log.log l ON l.district = c.district
        WHERE c.projection = 'review_queue' AND c.state = 'live'
    )
    SELECT t.district, t.review, t.review_type, t.about, t.title, t.status, t.opened_on, t.due_on, t.held_on,
           t.closed_on, t.policy, t.rule, t.cause_key, t.causes, t.facts, t.decisions, t.actions_open,
           t.actions_total, t.actions, t.next_on, t.phase, t.packet_digest, t.packet_position,
           t.postponed_count, t.effect_due_on, t.ended_as, t.opened_position, t.last_event_position, o.overdue, o.days_overdue,
           o.days_until_due,
           c.position, c.recorded_at, c.clock
    FROM standing c
    JOIN cot_projection.review_queue t ON t.district = c.district AND t.generation = c.generation
    CROSS JOIN LATERAL cot_projection.review_queue_on(
        ROW(t.district, t.key, t.review, t.review_type, t.about, t.title, t.status, t.opened_on, t.due_on,
        t.held_on, t.closed_on, t.policy, t.rule, t.cause_key, t.causes, t.facts, t.decisions, t.actions_open,
        t.actions_total, t.actions, t.next_on, t.phase, t.packet_digest, t.packet_position,
        t.postponed_count, t.effect_due_on, t.ended_as, t.opened_position, t.last_event_position
        )::cot_projection.review_queue_row, c.position, c.today) o
    WHERE c.next_effective IS NULL OR c.next_effective > c.today
    UNION ALL
    SELECT r.district, r.review, r.review_type, r.about, r.title, r.status, r.opened_on, r.due_on, r.held_on,
           r.closed_on, r.policy, r.rule, r.cause_key, r.causes, r.facts, r.decisions, r.actions_open,
           r.actions_total, r.actions, r.next_on, r.phase, r.packet_digest, r.packet_position,
           r.postponed_count, r.effect_due_on, r.ended_as, r.opened_position, r.last_event_position, o.overdue, o.days_overdue,
           o.days_until_due,
           c.position, c.recorded_at, c.clock
    FROM standing c
    CROSS JOIN LATERAL cot_projection.review_queue_rows(c.district, c.position, c.today, NULL) r
    CROSS JOIN LATERAL cot_projection.review_queue_on(r, c.position, c.today) o
    WHERE c.next_effective <= c.today
$$;
-- Whoever reads the view must be allowed to execute this; by name analysts cannot reach it.
GRANT EXECUTE ON FUNCTION cot_projection.review_queue_live() TO cot_analyst;
