-- The stored rows of a generation as they look today: some keys, or all if NULL.
SELECT t.district, t.key, t.review, t.review_type, t.about, t.title, t.status, t.opened_on, t.due_on,
       t.held_on, t.closed_on, t.policy, t.rule, t.cause_key, t.causes, t.facts, t.decisions, t.actions_open,
       t.actions_total, t.actions, t.next_on, t.phase, t.packet_digest, t.packet_position,
       t.postponed_count, t.effect_due_on, t.ended_as, t.opened_position, t.last_event_position, o.overdue, o.days_overdue,
       o.days_until_due
FROM cot_projection.review_queue t
CROSS JOIN LATERAL (SELECT
    ROW(t.district, t.key, t.review, t.review_type, t.about, t.title, t.status, t.opened_on, t.due_on,
        t.held_on, t.closed_on, t.policy, t.rule, t.cause_key, t.causes, t.facts, t.decisions,
        t.actions_open, t.actions_total, t.actions, t.next_on, t.phase, t.packet_digest, t.packet_position,
        t.postponed_count, t.effect_due_on, t.ended_as, t.opened_position, t.last_event_position)
    ::cot_projection.review_queue_row AS whole) w
CROSS JOIN LATERAL cot_projection.review_queue_on(w.whole, %(position)s, %(today)s) o
WHERE t.district = %(district)s AND t.generation = %(generation)s
  AND (%(keys)s::text[] IS NULL OR t.key = ANY (%(keys)s::text[]))
ORDER BY t.review
