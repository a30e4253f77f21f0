-- The stored rows of a generation as they look today: some keys, or all if NULL.
SELECT t.district, t.key, t.activity, t.kind, t.published_kind, t.units, t.dimension, t.title, t.owner,
       t.status, t.occurred_on, t.last_day, t."precision", t.starts_on, t.due_on, t.started_on, t.finished_on,
       t.schools_percent, t.evidence, t.quantity, t.quantity_unit, t.published_summary, t.source_title,
       t.source_url, t.known_on, t.external_id, t.known_position, t.summary_position, t.last_event_position,
       o.overdue, o.days_overdue
FROM cot_projection.activity_timeline t
CROSS JOIN LATERAL (SELECT
    ROW(t.district, t.key, t.activity, t.kind, t.published_kind, t.units, t.dimension, t.title, t.owner,
        t.status, t.occurred_on, t.last_day, t."precision", t.starts_on, t.due_on, t.started_on,
        t.finished_on, t.schools_percent, t.evidence, t.quantity, t.quantity_unit, t.published_summary,
        t.source_title, t.source_url, t.known_on, t.external_id, t.known_position, t.summary_position,
        t.last_event_position)
    ::cot_projection.activity_timeline_row AS whole) w
CROSS JOIN LATERAL cot_projection.activity_timeline_on(w.whole, %(position)s, %(today)s) o
WHERE t.district = %(district)s AND t.generation = %(generation)s
  AND (%(keys)s::text[] IS NULL OR t.key = ANY (%(keys)s::text[]))
ORDER BY t.activity
