-- The rows as known at a position and effective by a day, as they looked on that day: some keys, or all if NULL.
SELECT r.district, r.key, r.activity, r.kind, r.published_kind, r.units, r.dimension, r.title, r.owner,
       r.status, r.occurred_on, r.last_day, r."precision", r.starts_on, r.due_on, r.started_on, r.finished_on,
       r.schools_percent, r.evidence, r.quantity, r.quantity_unit, r.published_summary, r.source_title,
       r.source_url, r.known_on, r.external_id, r.known_position, r.summary_position, r.last_event_position,
       o.overdue, o.days_overdue
FROM cot_projection.activity_timeline_rows(%(district)s, %(position)s, %(today)s, %(keys)s::text[]) r
CROSS JOIN LATERAL cot_projection.activity_timeline_on(r, %(position)s, %(today)s) o
ORDER BY r.activity
