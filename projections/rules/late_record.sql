-- Late record: after the packet of a review was frozen a fact was recorded that counts from a day the packet covers, and
-- that concerns what the review is about: a rating (its dimension too) or its retraction, a gate, a stage, evidence retracted.
-- A rating that was taken back counts as late from the day it counted from: the packet relied on it. Parameters:
-- minimum_days_late, days between the day it counts from and the one it was recorded on; look_back_days, how long after
-- recording it is asked about. The cause is the day of recording, so that what comes on one day is looked at once. With
-- looked_at_with = unit, what a packet about a network, a dimension or the district lacks as well as one about a unit is a
-- further cause of the unit's review, named after that packet.
WITH given AS (
    SELECT %(parameters)s::jsonb AS p, %(today)s::date AS today
), scope AS MATERIALIZED (
    SELECT e.position, e.fact_position, e.type, e.effective_from, e.data, e.subjects,
           (e.recorded_at AT TIME ZONE l.time_zone)::date AS recorded_on
    FROM cot_log.events_in_scope(%(district)s, %(position)s, %(today)s, NULL) e
    JOIN cot_log.log l ON l.district = e.district
    WHERE e.type IN ('IndicatorRated', 'GateCriterionAttested', 'GateWaived', 'UnitStageEntered', 'UnitStageReverted', 'UnitRestarted',
                     'EvidenceRetracted', 'ReviewScheduled', 'ReviewTriggered', 'ReviewPacketFrozen', 'ReviewPostponed')
), packet AS (
    -- A packet made before a postponement is void.
    SELECT o.data ->> 'about' AS about, (p.data ->> 'as_known_position')::bigint AS known,
           (p.data ->> 'as_effective_on')::date AS covers
    FROM scope o JOIN scope p ON p.type = 'ReviewPacketFrozen' AND p.data ->> 'review' = o.data ->> 'review'
    WHERE o.type IN ('ReviewScheduled', 'ReviewTriggered') AND NOT EXISTS (
        SELECT FROM scope d WHERE d.type = 'ReviewPostponed' AND d.data ->> 'review' = o.data ->> 'review'
        AND d.fact_position > p.fact_position)
), retracted AS (
    -- Facts that were taken back are in no scope, so they are looked up as they were recorded.
    SELECT r.position, r.fact_position, r.type, o.effective_from, o.data, r.subjects,
           (r.recorded_at AT TIME ZONE l.time_zone)::date AS recorded_on, o.position AS known_at
    FROM given g CROSS JOIN cot_log.current_event r
    JOIN cot_log.current_event o ON o.district = r.district AND o.position = r.fact_position
    JOIN cot_log.log l ON l.district = r.district
    WHERE r.district = %(district)s AND r.position <= %(position)s AND r.type = 'FactRetracted'
      AND r.effective_from <= g.today AND o.type IN ('IndicatorRated', 'RatingReaffirmed')
), concerning AS (
    SELECT s.*, 0::bigint AS known_at FROM scope s WHERE NOT starts_with(s.type, 'Review')
    UNION ALL SELECT r.* FROM retracted r
), recent AS MATERIALIZED (
    SELECT s.* FROM given g CROSS JOIN concerning s
    WHERE s.recorded_on - s.effective_from >= (g.p ->> 'minimum_days_late')::integer
      AND s.recorded_on > g.today - (g.p ->> 'look_back_days')::integer
), late AS (
    SELECT p.about, e.position, e.type, e.effective_from, e.recorded_on, e.data, max(p.covers) AS covers
    FROM recent e CROSS JOIN LATERAL unnest(e.subjects) AS concerned (about)
    JOIN packet p ON p.about = concerned.about AND e.position > p.known AND e.known_at <= p.known AND e.effective_from <= p.covers
    WHERE p.about NOT IN (
        SELECT 'unit:' || unit FROM cot_projection.ended_units(%(district)s, %(position)s, %(today)s))
    GROUP BY p.about, e.position, e.type, e.effective_from, e.recorded_on, e.data
), looked_at AS (
    SELECT coalesce(u.about, l.about) AS about, l.about AS packet_about, l.position, l.type, l.effective_from, l.recorded_on,
           l.data, l.covers
    FROM given g CROSS JOIN late l
    LEFT JOIN late u ON g.p ->> 'looked_at_with' = 'unit' AND u.position = l.position
        AND starts_with(u.about, 'unit:') AND NOT starts_with(l.about, 'unit:')
)
SELECT l.about, l.recorded_on || CASE WHEN l.packet_about = l.about THEN '' ELSE ' ' || l.packet_about END AS cause_key,
       count(*) || ' fact(s) recorded on ' || l.recorded_on || ' were missing in a packet about ' || l.packet_about AS title,
       jsonb_agg(jsonb_build_object('position', l.position, 'shows',
           l.type || CASE WHEN l.type IN ('IndicatorRated', 'FactRetracted') AND l.data ? 'level' THEN ' ' || (l.data ->> 'indicator') || ' at ' || (l.data ->> 'level') ELSE '' END
           || ' counts from ' || l.effective_from || ', recorded on ' || l.recorded_on || '; the packet covers days to ' || l.covers)
           ORDER BY l.position) AS facts,
       g.today AS due_basis
FROM given g CROSS JOIN looked_at l
GROUP BY l.about, l.packet_about, l.recorded_on, g.today
ORDER BY 1, 2
