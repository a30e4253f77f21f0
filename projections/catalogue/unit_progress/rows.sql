-- Progress of units, from the events in scope: first those about the units asked for and about the ended ones whose heirs
-- they are, then all events about the activities and actions these name, so that a fact recorded under another subject is
-- seen too. Work belongs to the units it was last given to, or to the heir of one that ended before the work did.
CREATE OR REPLACE FUNCTION cot_projection.unit_progress_rows(
    p_district text, p_position bigint, p_effective date, p_keys text[]
) RETURNS SETOF cot_projection.unit_progress_row LANGUAGE sql STABLE AS $$
WITH ending AS MATERIALIZED (
    SELECT e.* FROM cot_projection.unit_endings(p_district, p_position, p_effective) e
), heir AS MATERIALIZED (
    SELECT h.* FROM cot_projection.unit_heirs(p_district, p_position, p_effective) h
), near AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.occurred_on, e.effective_from, e.data, e.source
    FROM (SELECT CASE WHEN p_keys IS NOT NULL THEN p_keys || ARRAY(
                     SELECT 'unit:' || h.unit FROM heir h WHERE 'unit:' || h.heir = ANY (p_keys)) END AS keys) wanted
    CROSS JOIN LATERAL cot_log.events_in_scope(p_district, p_position, p_effective, wanted.keys) e
    WHERE starts_with(e.type, 'Activity') OR starts_with(e.type, 'ActionItem')  -- the most first: the rest is not asked
       OR e.type IN ('EvidenceSubmitted', 'IndicatorRated', 'RatingReaffirmed')
       OR (starts_with(e.type, 'Unit') AND e.type NOT IN ('UnitsMerged', 'UnitSplit', 'UnitDissolved'))
       OR starts_with(e.type, 'Gate')
), named AS (
    SELECT DISTINCT s.subject FROM near n CROSS JOIN LATERAL (
        SELECT 'activity:' || (n.data ->> 'activity') WHERE n.data ? 'activity'
        UNION ALL SELECT 'action:' || (n.data ->> 'action') WHERE n.data ? 'action'
    ) AS s (subject) WHERE p_keys IS NOT NULL
), seen AS MATERIALIZED (
    SELECT n.* FROM near n
    UNION ALL
    SELECT f.position, f.fact_position, f.type, f.occurred_on, f.effective_from, f.data, f.source
    FROM cot_log.events_in_scope(p_district, p_position, p_effective, ARRAY(SELECT subject FROM named)) f
    WHERE p_keys IS NOT NULL AND f.position NOT IN (SELECT n.position FROM near n)
), unit AS (
    SELECT s.data ->> 'unit' AS unit, s.data ->> 'name' AS name, s.data ->> 'catalogue_code' AS catalogue_code
    FROM seen s WHERE s.type = 'UnitRegistered' AND (p_keys IS NULL OR 'unit:' || (s.data ->> 'unit') = ANY (p_keys))
), stage AS (
    SELECT DISTINCT ON (s.data ->> 'unit') s.data ->> 'unit' AS unit,
           CASE s.type WHEN 'UnitRestarted' THEN 'S1' ELSE s.data ->> 'to_stage' END AS stage, s.effective_from
    FROM seen s WHERE s.type IN ('UnitStageEntered', 'UnitStageReverted', 'UnitRestarted')
    ORDER BY s.data ->> 'unit', s.effective_from DESC, s.fact_position DESC
), registered AS (
    SELECT s.data ->> 'unit' AS unit, s.effective_from, s.source = 'import' AS imported
    FROM seen s WHERE s.type = 'UnitRegistered'
), heading AS MATERIALIZED (
    SELECT s.data ->> 'unit' AS unit, s.data ->> 'head' AS head, s.type = 'UnitHeadAssigned' AS filled,
           coalesce((s.data ->> 'acting')::boolean, false) AS acting, s.effective_from, s.fact_position
    FROM seen s WHERE s.type IN ('UnitHeadAssigned', 'UnitHeadVacated')
), last_word AS (
    SELECT DISTINCT ON (h.unit, h.head) h.* FROM heading h ORDER BY h.unit, h.head, h.effective_from DESC, h.fact_position DESC
), head AS (
    -- Who was named last and has not left; a substantive head ends an acting one. If nobody is left, the last leaving.
    SELECT DISTINCT ON (w.unit) w.unit, w.filled, w.head, w.acting, w.effective_from
    FROM last_word w
    WHERE NOT (w.filled AND w.acting AND EXISTS (
        SELECT FROM heading h WHERE h.unit = w.unit AND h.filled AND NOT h.acting
        AND (h.effective_from, h.fact_position) > (w.effective_from, w.fact_position)))
    ORDER BY w.unit, w.filled DESC, w.effective_from DESC, w.fact_position DESC
), restart AS MATERIALIZED (
    SELECT DISTINCT ON (s.data ->> 'unit') s.data ->> 'unit' AS unit, s.effective_from, s.fact_position
    FROM seen s WHERE s.type = 'UnitRestarted' ORDER BY s.data ->> 'unit', s.effective_from DESC, s.fact_position DESC
), gated AS (
    -- What was met or waived under the charter before the last restart, all but that of S0, has to be shown again.
    SELECT s.data, s.type, s.effective_from, s.fact_position FROM seen s LEFT JOIN restart r ON r.unit = s.data ->> 'unit'
    WHERE s.type IN ('GateCriterionAttested', 'GateWaived') AND (r.unit IS NULL OR s.data ->> 'stage' = 'S0'
          OR (s.effective_from, s.fact_position) > (r.effective_from, r.fact_position))
), attested AS (
    SELECT DISTINCT ON (s.data ->> 'unit', s.data ->> 'stage', s.data ->> 'criterion') s.data ->> 'unit' AS unit,
           s.data ->> 'stage' AS stage, s.data ->> 'criterion' AS criterion, (s.data ->> 'met')::boolean AS met
    FROM gated s WHERE s.type = 'GateCriterionAttested'
    ORDER BY s.data ->> 'unit', s.data ->> 'stage', s.data ->> 'criterion', s.effective_from DESC, s.fact_position DESC
), waived AS (
    SELECT DISTINCT ON (s.data ->> 'unit', s.data ->> 'stage', s.data ->> 'criterion') s.data ->> 'unit' AS unit,
           s.data ->> 'stage' AS stage, s.data ->> 'criterion' AS criterion, (s.data ->> 'until')::date AS until
    FROM gated s WHERE s.type = 'GateWaived'
    ORDER BY s.data ->> 'unit', s.data ->> 'stage', s.data ->> 'criterion', s.effective_from DESC, s.fact_position DESC
), gate AS (
    SELECT u.unit,
           count(*) FILTER (WHERE g.must AND coalesce(a.met, false)) AS musts_met, count(*) FILTER (WHERE g.must) AS musts_total,
           count(*) FILTER (WHERE NOT g.must AND coalesce(a.met, false)) AS rest_met,
           count(*) FILTER (WHERE NOT g.must) AS rest_total,
           jsonb_agg(jsonb_build_object('criterion', g.criterion, 'text', g.text, 'must', g.must, 'waived_until', w.until)
                     ORDER BY g.must DESC, g.position_in_stage) FILTER (WHERE NOT coalesce(a.met, false)) AS unmet
    FROM unit u LEFT JOIN stage st USING (unit)
    JOIN cot_projection.gate_criterion g ON g.stage = coalesce(st.stage, 'S0')
    LEFT JOIN attested a ON a.unit = u.unit AND a.stage = g.stage AND a.criterion = g.criterion
    LEFT JOIN waived w ON w.unit = u.unit AND w.stage = g.stage AND w.criterion = g.criterion
    GROUP BY u.unit
), rested AS MATERIALIZED (
    SELECT substr(r.about, 6) AS unit, r.indicator, r.level, r.retracted_evidence > 0 OR r.disputed_evidence > 0 AS contested,
           r.newest_evidence_on AS newest
    FROM cot_projection.current_ratings(p_district, p_position, p_effective, p_keys) r WHERE starts_with(r.about, 'unit:')
), median AS (
    SELECT r.unit, substr(r.indicator, 2, 1)::integer AS dimension, count(*) AS ratings,
           (percentile_cont(0.5) WITHIN GROUP (ORDER BY r.level))::numeric(2, 1) AS median
    FROM rested r GROUP BY 1, 2
), medians AS (
    SELECT m.unit, max(m.median) FILTER (WHERE m.dimension = 1) AS d1, max(m.median) FILTER (WHERE m.dimension = 2) AS d2,
           max(m.median) FILTER (WHERE m.dimension = 3) AS d3, max(m.median) FILTER (WHERE m.dimension = 4) AS d4,
           max(m.median) FILTER (WHERE m.dimension = 5) AS d5, max(m.ratings) FILTER (WHERE m.dimension = 1) AS n1,
           max(m.ratings) FILTER (WHERE m.dimension = 2) AS n2, max(m.ratings) FILTER (WHERE m.dimension = 3) AS n3,
           max(m.ratings) FILTER (WHERE m.dimension = 4) AS n4, max(m.ratings) FILTER (WHERE m.dimension = 5) AS n5,
           sum(m.ratings) AS ratings
    FROM median m GROUP BY m.unit
), rating_facts AS (
    SELECT r.unit, min(r.newest) AS oldest, count(*) FILTER (WHERE r.contested) AS contested FROM rested r GROUP BY r.unit
), told AS (
    -- Narrow rows, because they are sorted and passed over thrice: of a document only what is asked for later goes along.
    SELECT coalesce('activity:' || (s.data ->> 'activity'), 'action:' || (s.data ->> 'action')) AS item,
           s.position, s.fact_position, s.type, s.effective_from,
           CASE WHEN s.type IN ('ActivityPlanned', 'ActionItemOpened', 'ActionItemDueDateMoved')
                THEN s.data ->> 'due_on' END AS due_on,
           CASE WHEN s.type IN ('ActionItemEscalated', 'ActionItemDueDateMoved')
                THEN coalesce(s.data ->> 'level', '') END AS level,
           CASE WHEN s.type IN ('ActionItemOpened', 'ActionItemReassigned')
                THEN array_remove(ARRAY[s.data ->> 'unit'], NULL)
                WHEN s.type IN ('ActivityPlanned', 'ActivityReassigned')
                THEN ARRAY(SELECT jsonb_array_elements_text(s.data -> 'units')) END AS given_to
    FROM seen s WHERE s.data ?| '{activity,action}'
), turned AS (
    -- Who has an item after each thing said of it, in passes over windows of one order: joined to itself instead, a log
    -- without statistics takes a time that grows with the square of its length.
    SELECT t.*, cot_projection.last_known(t.given_to) OVER (told_so_far ROWS UNBOUNDED PRECEDING) AS given,
           cot_projection.opening_known(t.given_to) OVER ever_told AS first_given,
           bool_or(t.type IN ('ActivityPlanned', 'ActionItemOpened')) OVER ever_told AS on_record
    FROM told t
    WINDOW told_so_far AS (PARTITION BY t.item ORDER BY t.effective_from, t.fact_position),
           ever_told AS (told_so_far ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
), held AS MATERIALIZED (
    -- What happened before an item was first given belongs to those it was then given to.
    SELECT t.*, coalesce(t.given, t.first_given) AS units FROM turned t WHERE t.on_record
), work AS (
    SELECT h.item, cot_projection.last_known(h.given_to ORDER BY h.effective_from, h.fact_position) AS units,
           cot_projection.last_known(h.due_on::date ORDER BY h.effective_from, h.fact_position) AS due_on,
           -- A moved date takes the escalation back, unless it says how far up it stands.
           nullif(cot_projection.last_known(h.level ORDER BY h.effective_from, h.fact_position), '') AS escalated_to,
           cot_projection.last_known(h.type ORDER BY h.effective_from, h.fact_position)
               FILTER (WHERE h.type IN ('ActivityCompleted', 'ActivityAbandoned', 'ActionItemCompleted', 'ActionItemDropped'))
               AS finished_by,
           max(h.effective_from) FILTER (WHERE h.type IN ('ActivityCompleted', 'ActivityAbandoned', 'ActionItemCompleted',
                                                          'ActionItemDropped')) AS finished_on
    FROM held h GROUP BY h.item
), placed AS MATERIALIZED (
    -- Few districts have heirs: asked for once, not for each row.
    SELECT DISTINCT w.item, w.due_on, w.escalated_to, w.finished_by,
           coalesce(CASE WHEN (SELECT count(*) > 0 FROM heir) THEN (
               SELECT x.heir FROM heir x WHERE x.unit = u.unit AND (w.finished_on IS NULL OR x.since <= w.finished_on)
               ORDER BY x.steps DESC LIMIT 1) END, u.unit) AS unit
    FROM work w CROSS JOIN LATERAL unnest(w.units) AS u (unit)
), activities AS (
    SELECT p.unit, count(*) FILTER (WHERE p.finished_by IS NULL) AS open,
           count(*) FILTER (WHERE p.finished_by = 'ActivityCompleted') AS done,
           count(*) FILTER (WHERE p.finished_by = 'ActivityAbandoned') AS abandoned,
           array_agg(p.due_on ORDER BY p.due_on) FILTER (WHERE p.finished_by IS NULL) AS due_dates
    FROM placed p WHERE starts_with(p.item, 'activity:') GROUP BY p.unit
), owed AS (
    SELECT p.unit, array_agg(p.due_on ORDER BY p.due_on) AS due_dates, count(p.escalated_to) AS escalated
    FROM placed p WHERE starts_with(p.item, 'action:') AND p.finished_by IS NULL GROUP BY p.unit
), published AS (
    SELECT s.data ->> 'unit' AS unit,
           count(*) FILTER (WHERE s.type = 'ActivityReported' AND s.data ->> 'dimension' = '1') AS f1,
           count(*) FILTER (WHERE s.type = 'ActivityReported' AND s.data ->> 'dimension' = '2') AS f2,
           count(*) FILTER (WHERE s.type = 'ActivityReported' AND s.data ->> 'dimension' = '3') AS f3,
           count(*) FILTER (WHERE s.type = 'ActivityReported' AND s.data ->> 'dimension' = '4') AS f4,
           count(*) FILTER (WHERE s.type = 'ActivityReported' AND s.data ->> 'dimension' = '5') AS f5,
           count(*) FILTER (WHERE s.type = 'ActivityAnnounced') AS announced,
           max((s.data ->> 'last_day')::date) FILTER (WHERE s.type = 'ActivityReported') AS newest,
           max((s.data ->> 'known_on')::date) AS newest_known
    FROM seen s WHERE s.type IN ('ActivityReported', 'ActivityAnnounced') GROUP BY 1
), concerns AS (
    SELECT s.data ->> 'unit' AS unit, s.position, s.fact_position, s.type, s.effective_from FROM seen s
    WHERE s.data ? 'unit' AND NOT starts_with(s.type, 'ActionItem')
    UNION ALL
    -- What happened while a unit had the work stays its history when the work goes to another.
    SELECT coalesce(CASE WHEN (SELECT count(*) > 0 FROM heir) THEN (
               SELECT x.heir FROM heir x WHERE x.unit = u.unit AND x.since <= h.effective_from
               ORDER BY x.steps DESC LIMIT 1) END, u.unit), h.position, h.fact_position, h.type, h.effective_from
    FROM held h CROSS JOIN LATERAL unnest(h.units) AS u (unit)
    UNION ALL
    SELECT u.unit, s.position, s.fact_position, s.type, s.effective_from
    FROM seen s CROSS JOIN LATERAL jsonb_array_elements_text(s.data -> 'units') AS u (unit) WHERE s.type = 'EvidenceSubmitted'
    UNION ALL
    SELECT substr(s.data ->> 'about', 6), s.position, s.fact_position, s.type, s.effective_from
    FROM seen s WHERE s.type IN ('IndicatorRated', 'RatingReaffirmed') AND s.data ->> 'about' LIKE 'unit:%'
), latest AS (
    SELECT c.unit, max(c.position) AS last_position,
           max(c.effective_from) FILTER (WHERE c.type LIKE 'Activity%' AND c.type <> 'ActivityAnnounced') AS last_activity,
           bool_or(c.type NOT IN ('UnitRegistered', 'ActivityReported', 'ActivityAnnounced')) AS worked_on
    FROM concerns c GROUP BY c.unit
), origin AS (
    SELECT c.code AS unit, array_agg(e.unit ORDER BY e.unit) AS units, max(e.ending_position) AS last_position
    FROM ending e CROSS JOIN LATERAL unnest(e.successors) AS c (code) GROUP BY c.code
), qualifying AS (
    SELECT DISTINCT ON (c.unit) c.unit, c.effective_from, c.fact_position AS position FROM concerns c
    WHERE c.type IN ('ActivityPlanned', 'ActivityStarted', 'ActivityCompleted', 'ActivityAbandoned', 'ActivityReported',
                     'EvidenceSubmitted', 'UnitStageEntered', 'UnitStageReverted', 'UnitRestarted', 'UnitRegistered')
    ORDER BY c.unit, c.effective_from DESC, c.fact_position DESC
), lift AS MATERIALIZED (
    SELECT s.data ->> 'unit' AS unit, s.effective_from, s.fact_position FROM seen s WHERE s.type = 'UnitHoldLifted'
), hold AS (
    SELECT s.data ->> 'unit' AS unit, s.effective_from AS first_day, least((s.data ->> 'until')::date + 1, (
        SELECT min(l.effective_from) FROM lift l
        WHERE l.unit = s.data ->> 'unit' AND l.effective_from >= s.effective_from
          AND l.fact_position > s.fact_position)) AS first_day_after
    FROM seen s WHERE s.type = 'UnitPutOnHold'
), holds AS (
    SELECT h.unit, range_agg(daterange(h.first_day, greatest(h.first_day_after, h.first_day))) AS holds FROM hold h GROUP BY h.unit
)
SELECT p_district, 'unit:' || u.unit, u.unit, u.name, u.catalogue_code,
       coalesce(l.worked_on, false) OR coalesce(a.open, 0) > 0 OR NOT rg.imported,
       coalesce(st.stage, 'S0'),
       coalesce(st.effective_from, rg.effective_from),
       CASE WHEN h.filled THEN h.head END, CASE WHEN h.filled THEN h.acting END, CASE WHEN NOT h.filled THEN h.effective_from END,
       coalesce(g.musts_met, 0)::integer, coalesce(g.musts_total, 0)::integer, coalesce(g.rest_met, 0)::integer,
       coalesce(g.rest_total, 0)::integer, coalesce(g.unmet, '[]'),
       m.d1, coalesce(m.n1, 0)::integer, m.d2, coalesce(m.n2, 0)::integer, m.d3, coalesce(m.n3, 0)::integer,
       m.d4, coalesce(m.n4, 0)::integer, m.d5, coalesce(m.n5, 0)::integer, coalesce(m.ratings, 0)::integer,
       rf.oldest, coalesce(rf.contested, 0)::integer,
       coalesce(a.open, 0)::integer, coalesce(a.done, 0)::integer, coalesce(a.abandoned, 0)::integer, coalesce(a.due_dates, '{}'),
       coalesce(array_length(o.due_dates, 1), 0), coalesce(o.due_dates, '{}'),
       l.last_activity, q.effective_from, q.position, coalesce(hs.holds, '{}'::datemultirange),
       coalesce(p.f1, 0)::integer, coalesce(p.f2, 0)::integer, coalesce(p.f3, 0)::integer, coalesce(p.f4, 0)::integer,
       coalesce(p.f5, 0)::integer, coalesce(p.announced, 0)::integer, p.newest, p.newest_known,
       n.ended_on, n.ended_as, coalesce(n.successors, '{}'), coalesce(y.units, '{}'), coalesce(o.escalated, 0)::integer,
       greatest(l.last_position, n.ending_position, y.last_position)
FROM unit u
JOIN registered rg USING (unit) LEFT JOIN stage st USING (unit) LEFT JOIN head h USING (unit) LEFT JOIN gate g USING (unit)
LEFT JOIN medians m USING (unit) LEFT JOIN rating_facts rf USING (unit) LEFT JOIN activities a USING (unit)
LEFT JOIN owed o USING (unit) LEFT JOIN published p USING (unit) LEFT JOIN latest l USING (unit)
LEFT JOIN qualifying q USING (unit) LEFT JOIN holds hs USING (unit)
LEFT JOIN ending n USING (unit) LEFT JOIN origin y USING (unit)
$$;
