-- The rows as known at a position and effective by a day, as they looked on that day: some keys, or all if NULL.
SELECT r.district, r.key, r.review, r.review_type, r.about, r.title, r.status, r.opened_on, r.due_on,
       r.held_on, r.closed_on, r.policy, r.rule, r.cause_key, r.causes, r.facts, r.decisions, r.actions_open,
       r.actions_total, r.actions, r.next_on, r.phase, r.packet_digest, r.packet_position,
       r.postponed_count, r.effect_due_on, r.ended_as, r.opened_position, r.last_event_position, o.overdue, o.days_overdue,
       o.days_until_due
FROM cot_projection.review_queue_rows(%(district)s, %(position)s, %(today)s, %(keys)s::text[]) r
CROSS JOIN LATERAL cot_projection.review_queue_on(r, %(position)s, %(today)s) o
ORDER BY r.review
