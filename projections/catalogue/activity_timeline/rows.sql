-- One row per activity that a plan or a publication tells of. All its events carry its own subject, so the scope
-- needs one level. A plan of the district outweighs a publication, and a report outweighs an announcement.
CREATE OR REPLACE FUNCTION cot_projection.activity_timeline_rows(
    p_district text, p_position bigint, p_effective date, p_keys text[]
) RETURNS SETOF cot_projection.activity_timeline_row LANGUAGE sql STABLE AS $$
    WITH happened AS MATERIALIZED (
        SELECT e.data ->> 'activity' AS activity, e.type, e.position, e.fact_position, e.occurred_on, e."precision",
               e.data
        FROM cot_log.events_in_scope(p_district, p_position, p_effective, p_keys) e
        WHERE e.type IN ('ActivityPlanned', 'ActivityStarted', 'ActivityProgressNoted', 'ActivityCompleted',
                         'ActivityAbandoned', 'ActivityReported', 'ActivityAnnounced')
          AND (p_keys IS NULL OR 'activity:' || (e.data ->> 'activity') = ANY (p_keys))
    ), known AS (
        SELECT h.activity,
               max(h.position) FILTER (WHERE h.type = 'ActivityPlanned') AS planned_at,
               coalesce(max(h.position) FILTER (WHERE h.type = 'ActivityReported'),
                        max(h.position) FILTER (WHERE h.type = 'ActivityAnnounced')) AS published_at,
               min(h.occurred_on) FILTER (WHERE h.type = 'ActivityStarted') AS started_on,
               max(h.position) FILTER (WHERE h.type IN ('ActivityCompleted', 'ActivityAbandoned')) AS finished_at,
               min(h.fact_position) AS known_position,
               max(h.position) AS last_event_position
        FROM happened h GROUP BY h.activity
    ), progress AS (
        -- The latest share by when it was so, not by when it was written down.
        SELECT DISTINCT ON (h.activity) h.activity, (h.data ->> 'schools_percent')::integer AS schools_percent
        FROM happened h
        WHERE h.type = 'ActivityProgressNoted' AND h.data ->> 'schools_percent' IS NOT NULL
        ORDER BY h.activity, h.occurred_on DESC, h.fact_position DESC
    )
    SELECT p_district,
           'activity:' || k.activity,
           k.activity,
           CASE WHEN k.planned_at IS NOT NULL THEN 'planned work'
                WHEN published.type = 'ActivityReported' THEN 'reported' ELSE 'announced' END,
           published.data ->> 'kind',
           CASE WHEN k.planned_at IS NOT NULL
                THEN ARRAY(SELECT jsonb_array_elements_text(planned.data -> 'units'))
                ELSE ARRAY[published.data ->> 'unit'] END,
           (coalesce(planned.data, published.data) ->> 'dimension')::integer,
           coalesce(planned.data, published.data) ->> 'title',
           planned.data ->> 'owner',
           CASE WHEN k.planned_at IS NULL THEN CASE published.type WHEN 'ActivityReported' THEN 'reported' ELSE 'announced' END
                WHEN finished.type = 'ActivityCompleted' THEN 'completed'
                WHEN finished.type = 'ActivityAbandoned' THEN 'abandoned'
                WHEN k.started_on IS NOT NULL THEN 'started' ELSE 'planned' END,
           CASE WHEN k.planned_at IS NULL THEN published.occurred_on
                ELSE coalesce(k.started_on, least((planned.data ->> 'starts_on')::date, finished.occurred_on)) END,
           CASE WHEN k.planned_at IS NULL THEN (published.data ->> 'last_day')::date
                ELSE coalesce(finished.occurred_on,
                              greatest((planned.data ->> 'due_on')::date, k.started_on)) END,
           CASE WHEN k.planned_at IS NULL THEN published."precision" ELSE 'day' END,
           (planned.data ->> 'starts_on')::date,
           (planned.data ->> 'due_on')::date,
           k.started_on,
           finished.occurred_on,
           progress.schools_percent,
           CASE WHEN finished.type = 'ActivityCompleted'
                THEN ARRAY(SELECT jsonb_array_elements_text(finished.data -> 'evidence')) ELSE '{}' END,
           (published.data ->> 'quantity')::numeric,
           published.data ->> 'quantity_unit',
           published.data ->> 'published_summary',
           published.data ->> 'source_title',
           published.data ->> 'source_url',
           (published.data ->> 'known_on')::date,
           published.data ->> 'external_id',
           k.known_position,
           CASE WHEN k.planned_at IS NULL THEN k.published_at ELSE coalesce(k.finished_at, k.published_at) END,
           k.last_event_position
    FROM known k
    LEFT JOIN happened planned ON planned.position = k.planned_at AND planned.activity = k.activity
    LEFT JOIN happened published ON published.position = k.published_at AND published.activity = k.activity
    LEFT JOIN happened finished ON finished.position = k.finished_at AND finished.activity = k.activity
    LEFT JOIN progress ON progress.activity = k.activity
    WHERE k.planned_at IS NOT NULL OR k.published_at IS NOT NULL
$$;
