-- One row per activity that a plan or a publication tells of. All its events carry its own subject, so the scope
-- needs one level. A plan of the district outweighs a publication, and a report outweighs an announcement. Planned work
-- belongs to whom it was last given, or to the heir of a unit that ended before the work did.
CREATE OR REPLACE FUNCTION cot_projection.activity_timeline_rows(
    p_district text, p_position bigint, p_effective date, p_keys text[]
) RETURNS SETOF cot_projection.activity_timeline_row LANGUAGE sql STABLE AS $$
    WITH heir AS MATERIALIZED (
        SELECT h.* FROM cot_projection.unit_heirs(p_district, p_position, p_effective) h
    ), happened AS MATERIALIZED (
        SELECT e.data ->> 'activity' AS activity, e.type, e.position, e.fact_position, e.occurred_on, e.effective_from,
               e."precision", e.data
        FROM cot_log.events_in_scope(p_district, p_position, p_effective, p_keys) e
        WHERE e.type IN ('ActivityPlanned', 'ActivityStarted', 'ActivityProgressNoted', 'ActivityReassigned',
                         'ActivityCompleted', 'ActivityAbandoned', 'ActivityReported', 'ActivityAnnounced')
          AND (p_keys IS NULL OR 'activity:' || (e.data ->> 'activity') = ANY (p_keys))
    ), known AS (
        -- All in one pass: joined to itself instead, a log that the planner has no statistics of takes a time that
        -- grows with the square of its length. Progress is the latest share by when it was so, not by when it was
        -- written down.
        SELECT h.activity,
               (array_agg(h.data ORDER BY h.position DESC) FILTER (WHERE h.type = 'ActivityPlanned'))[1] AS planned,
               (array_agg(h.data ORDER BY h.effective_from DESC, h.fact_position DESC)
                   FILTER (WHERE h.type IN ('ActivityPlanned', 'ActivityReassigned')))[1] AS given,
               (array_agg(h.data ORDER BY h.type = 'ActivityReported' DESC, h.position DESC)
                   FILTER (WHERE h.type IN ('ActivityReported', 'ActivityAnnounced')))[1] AS published,
               (array_agg(h.occurred_on ORDER BY h.type = 'ActivityReported' DESC, h.position DESC)
                   FILTER (WHERE h.type IN ('ActivityReported', 'ActivityAnnounced')))[1] AS published_on,
               (array_agg(h."precision" ORDER BY h.type = 'ActivityReported' DESC, h.position DESC)
                   FILTER (WHERE h.type IN ('ActivityReported', 'ActivityAnnounced')))[1] AS published_precision,
               coalesce(max(h.position) FILTER (WHERE h.type = 'ActivityReported'),
                        max(h.position) FILTER (WHERE h.type = 'ActivityAnnounced')) AS published_at,
               bool_or(h.type = 'ActivityReported') AS reported,
               (array_agg(h.data ORDER BY h.position DESC)
                   FILTER (WHERE h.type IN ('ActivityCompleted', 'ActivityAbandoned')))[1] AS finished,
               (array_agg(h.type ORDER BY h.position DESC)
                   FILTER (WHERE h.type IN ('ActivityCompleted', 'ActivityAbandoned')))[1] AS finished_by,
               (array_agg(h.occurred_on ORDER BY h.position DESC)
                   FILTER (WHERE h.type IN ('ActivityCompleted', 'ActivityAbandoned')))[1] AS finished_on,
               max(h.position) FILTER (WHERE h.type IN ('ActivityCompleted', 'ActivityAbandoned')) AS finished_at,
               max(h.effective_from) FILTER (WHERE h.type IN ('ActivityCompleted', 'ActivityAbandoned')) AS finished_from,
               (array_agg((h.data ->> 'schools_percent')::integer ORDER BY h.occurred_on DESC, h.fact_position DESC)
                   FILTER (WHERE h.type = 'ActivityProgressNoted' AND h.data ->> 'schools_percent' IS NOT NULL)
               )[1] AS schools_percent,
               min(h.occurred_on) FILTER (WHERE h.type = 'ActivityStarted') AS started_on,
               min(h.fact_position) AS known_position,
               max(h.position) AS last_event_position
        FROM happened h GROUP BY h.activity
    )
    SELECT p_district,
           'activity:' || k.activity,
           k.activity,
           CASE WHEN k.planned IS NOT NULL THEN 'planned work'
                WHEN k.reported THEN 'reported' ELSE 'announced' END,
           k.published ->> 'kind',
           CASE WHEN k.planned IS NOT NULL
                THEN ARRAY(SELECT g.unit FROM (
                    SELECT coalesce(i.heir, u.unit) AS unit, min(u.n) AS n
                    FROM jsonb_array_elements_text(k.given -> 'units') WITH ORDINALITY AS u (unit, n)
                    LEFT JOIN LATERAL (
                        SELECT x.heir FROM heir x
                        WHERE x.unit = u.unit AND (k.finished_from IS NULL OR x.since <= k.finished_from)
                        ORDER BY x.steps DESC LIMIT 1) i ON true GROUP BY 1) g ORDER BY g.n)
                ELSE ARRAY[k.published ->> 'unit'] END,
           (coalesce(k.planned, k.published) ->> 'dimension')::integer,
           coalesce(k.planned, k.published) ->> 'title',
           CASE WHEN k.planned IS NOT NULL THEN k.given ->> 'owner' END,
           CASE WHEN k.planned IS NULL THEN CASE WHEN k.reported THEN 'reported' ELSE 'announced' END
                WHEN k.finished_by = 'ActivityCompleted' THEN 'completed'
                WHEN k.finished_by = 'ActivityAbandoned' THEN 'abandoned'
                WHEN k.started_on IS NOT NULL THEN 'started' ELSE 'planned' END,
           CASE WHEN k.planned IS NULL THEN k.published_on
                ELSE coalesce(k.started_on, least((k.planned ->> 'starts_on')::date, k.finished_on)) END,
           CASE WHEN k.planned IS NULL THEN (k.published ->> 'last_day')::date
                ELSE coalesce(k.finished_on,
                              greatest((k.planned ->> 'due_on')::date, k.started_on)) END,
           CASE WHEN k.planned IS NULL THEN k.published_precision ELSE 'day' END,
           (k.planned ->> 'starts_on')::date,
           (k.planned ->> 'due_on')::date,
           k.started_on,
           k.finished_on,
           k.schools_percent,
           CASE WHEN k.finished_by = 'ActivityCompleted'
                THEN ARRAY(SELECT jsonb_array_elements_text(k.finished -> 'evidence')) ELSE '{}' END,
           (k.published ->> 'quantity')::numeric,
           k.published ->> 'quantity_unit',
           k.published ->> 'published_summary',
           k.published ->> 'source_title',
           k.published ->> 'source_url',
           (k.published ->> 'known_on')::date,
           k.published ->> 'external_id',
           k.known_position,
           CASE WHEN k.planned IS NULL THEN k.published_at ELSE coalesce(k.finished_at, k.published_at) END,
           k.last_event_position
    FROM known k
    WHERE k.planned IS NOT NULL OR k.published_at IS NOT NULL
$$;
