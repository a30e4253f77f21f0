-- One row per review. Its own events and those of its action items all carry the review's subject, so the scope
-- needs one level; an action item leads to its review by the event that opened it.
CREATE OR REPLACE FUNCTION cot_projection.review_queue_rows(
    p_district text, p_position bigint, p_effective date, p_keys text[]
) RETURNS SETOF cot_projection.review_queue_row LANGUAGE sql STABLE AS $$
    WITH happened AS MATERIALIZED (
        SELECT e.data ->> 'review' AS review, e.data ->> 'action' AS action, e.type, e.position, e.fact_position,
               e.occurred_on, e.effective_from, e.data
        FROM cot_log.events_in_scope(p_district, p_position, p_effective, p_keys) e
        WHERE e.type IN ('ReviewScheduled', 'ReviewTriggered', 'ReviewTriggerMerged', 'ReviewHeld',
                         'DecisionRecorded', 'ReviewClosed', 'ReviewPacketFrozen', 'ReviewPostponed',
                         'ReviewMerged', 'ReviewCancelled', 'ReviewLapsed', 'ReviewReminderSent',
                         'ReviewEscalated', 'EffectCheckDue', 'ReviewEffectChecked', 'ActionItemOpened',
                         'ActionItemAccepted', 'ActionItemReassigned', 'ActionItemDueDateMoved', 'ActionItemEscalated',
                         'ActionItemCompleted', 'ActionItemVerified', 'ActionItemDropped')
    ), own AS MATERIALIZED (
        SELECT h.* FROM happened h
        WHERE h.review IS NOT NULL AND h.type <> 'ActionItemOpened'
          AND (p_keys IS NULL OR 'review:' || h.review = ANY (p_keys))
    ), opening AS (
        SELECT DISTINCT ON (o.review) o.* FROM own o
        WHERE o.type IN ('ReviewScheduled', 'ReviewTriggered') ORDER BY o.review, o.fact_position
    ), course AS (
        SELECT o.review,
               max(o.occurred_on) FILTER (WHERE o.type = 'ReviewHeld') AS held_on,
               max(o.occurred_on) FILTER (WHERE o.type = 'ReviewClosed') AS closed_on,
               max((o.data ->> 'next_on')::date) FILTER (WHERE o.type = 'ReviewClosed') AS next_on,
               count(*) FILTER (WHERE o.type = 'ReviewPostponed')::integer AS postponed,
               max(o.fact_position) FILTER (WHERE o.type = 'ReviewPostponed') AS postponed_at,
               max(o.fact_position) FILTER (WHERE o.type = 'ReviewEffectChecked'
                                              AND o.data ->> 'verdict' = 'too_early') AS too_early_at,
               coalesce(bool_or(o.type = 'ReviewEffectChecked' AND o.data ->> 'verdict' <> 'too_early'), false) AS checked,
               max(o.position) AS last_position
        FROM own o GROUP BY o.review
    ), deferral AS (
        SELECT DISTINCT ON (o.review) o.review, (o.data ->> 'due_on')::date AS due_on FROM own o
        WHERE o.type = 'ReviewPostponed' ORDER BY o.review, o.fact_position DESC
    ), packet AS (
        -- A packet made before a postponement is void.
        SELECT DISTINCT ON (o.review) o.review, o.data ->> 'digest' AS digest,
               (o.data ->> 'as_known_position')::bigint AS known_position
        FROM own o JOIN course c ON c.review = o.review
        WHERE o.type = 'ReviewPacketFrozen' AND o.fact_position > coalesce(c.postponed_at, 0)
        ORDER BY o.review, o.fact_position DESC
    ), effect AS (
        -- When it was too early to tell, nothing is asked until it is asked again.
        SELECT DISTINCT ON (o.review) o.review, (o.data ->> 'due_on')::date AS due_on
        FROM own o JOIN course c ON c.review = o.review
        WHERE o.type = 'EffectCheckDue' AND o.fact_position > coalesce(c.too_early_at, 0)
        ORDER BY o.review, o.fact_position DESC
    ), ending AS (
        SELECT DISTINCT ON (o.review) o.review,
               CASE o.type WHEN 'ReviewMerged' THEN 'merged' WHEN 'ReviewCancelled' THEN 'cancelled' ELSE 'lapsed' END AS way
        FROM own o WHERE o.type IN ('ReviewMerged', 'ReviewCancelled', 'ReviewLapsed')
        ORDER BY o.review, o.fact_position DESC
    ), cause AS (
        SELECT o.review, count(*)::integer AS causes,
               jsonb_agg(jsonb_build_object(
                   'policy', o.data -> 'policy', 'rule', o.data -> 'rule', 'cause_key', o.data -> 'cause_key',
                   'position', o.position, 'as_of_position', o.data -> 'as_of_position',
                   'as_of_date', o.data -> 'as_of_date', 'facts', o.data -> 'facts') ORDER BY o.fact_position) AS facts
        FROM own o WHERE o.type IN ('ReviewScheduled', 'ReviewTriggered', 'ReviewTriggerMerged') GROUP BY o.review
    ), decided AS (
        SELECT o.review,
               jsonb_agg(jsonb_build_object(
                   'decision', o.data -> 'decision', 'title', o.data -> 'title', 'unit', o.data -> 'unit',
                   'to_stage', o.data -> 'to_stage', 'evidence', o.data -> 'evidence',
                   'insufficient', o.data -> 'insufficient', 'position', o.position) ORDER BY o.fact_position) AS decisions
        FROM own o WHERE o.type = 'DecisionRecorded' GROUP BY o.review
    ), item AS (
        -- Each as the last facts say: who owes it and has taken it on, by when, and who higher was told that it is late.
        SELECT h.action, bool_or(h.type IN ('ActionItemCompleted', 'ActionItemDropped')) AS finished,
               min(h.review) FILTER (WHERE h.type = 'ActionItemOpened') AS review,
               max(h.data ->> 'title') FILTER (WHERE h.type = 'ActionItemOpened') AS title,
               (array_agg(h.data ORDER BY h.effective_from DESC, h.fact_position DESC)
                   FILTER (WHERE h.type IN ('ActionItemOpened', 'ActionItemReassigned')))[1] AS given,
               (array_agg(h.type ORDER BY h.effective_from DESC, h.fact_position DESC)
                   FILTER (WHERE h.type IN ('ActionItemAccepted', 'ActionItemReassigned')))[1] AS taken_on,
               (array_agg(h.data ORDER BY h.effective_from DESC, h.fact_position DESC)
                   FILTER (WHERE h.type IN ('ActionItemOpened', 'ActionItemDueDateMoved')))[1] AS due,
               (array_agg(h.data ->> 'level' ORDER BY h.effective_from DESC, h.fact_position DESC)
                   FILTER (WHERE h.type IN ('ActionItemEscalated', 'ActionItemDueDateMoved')))[1] AS escalated_to,
               (array_agg(h.type ORDER BY h.effective_from DESC, h.fact_position DESC)
                   FILTER (WHERE h.type IN ('ActionItemCompleted', 'ActionItemVerified', 'ActionItemDropped')))[1] AS last_word,
               max(h.position) AS last_position
        FROM happened h WHERE h.action IS NOT NULL GROUP BY h.action
    ), owed AS (
        SELECT i.review, count(*)::integer AS total, count(*) FILTER (WHERE NOT i.finished)::integer AS open,
               jsonb_agg(jsonb_build_object(
                   'action', i.action, 'title', i.title, 'owner', i.given -> 'owner', 'unit', i.given -> 'unit',
                   'accepted', i.taken_on IS NOT DISTINCT FROM 'ActionItemAccepted', 'due_on', i.due -> 'due_on',
                   'escalated_to', i.escalated_to,
                   'status', CASE i.last_word WHEN 'ActionItemCompleted' THEN 'completed'
                       WHEN 'ActionItemVerified' THEN 'verified' WHEN 'ActionItemDropped' THEN 'dropped' ELSE 'open' END)
                   ORDER BY i.action) AS actions,
               max(i.last_position) AS last_position
        FROM item i WHERE i.review IS NOT NULL GROUP BY i.review
    )
    SELECT p_district,
           'review:' || o.review,
           o.review,
           o.data ->> 'review_type',
           o.data ->> 'about',
           o.data ->> 'title',
           CASE WHEN c.closed_on IS NOT NULL THEN 'closed'
                WHEN e.way IS NOT NULL THEN e.way
                WHEN d.decisions IS NOT NULL THEN 'decided'
                WHEN c.held_on IS NOT NULL THEN 'held'
                WHEN o.type = 'ReviewScheduled' THEN 'scheduled' ELSE 'triggered' END,
           o.occurred_on,
           coalesce(f.due_on, (o.data ->> 'due_on')::date),
           c.held_on,
           c.closed_on,
           o.data ->> 'policy',
           o.data ->> 'rule',
           o.data ->> 'cause_key',
           s.causes,
           s.facts,
           coalesce(d.decisions, '[]'),
           coalesce(w.open, 0),
           coalesce(w.total, 0),
           coalesce(w.actions, '[]'),
           c.next_on,
           CASE WHEN c.checked THEN 'effect_checked'
                WHEN c.closed_on IS NOT NULL THEN 'closed'
                WHEN e.way IS NOT NULL THEN e.way
                WHEN d.decisions IS NOT NULL THEN 'decided'
                WHEN c.held_on IS NOT NULL THEN 'held'
                WHEN p.digest IS NOT NULL THEN 'packet_frozen' ELSE 'preparing' END,
           p.digest,
           p.known_position,
           c.postponed,
           a.due_on,
           CASE WHEN c.closed_on IS NOT NULL THEN 'closed' ELSE e.way END,
           o.position,
           greatest(c.last_position, w.last_position)
    FROM opening o
    JOIN course c ON c.review = o.review
    JOIN cause s ON s.review = o.review
    LEFT JOIN deferral f ON f.review = o.review
    LEFT JOIN packet p ON p.review = o.review
    LEFT JOIN effect a ON a.review = o.review
    LEFT JOIN ending e ON e.review = o.review
    LEFT JOIN decided d ON d.review = o.review
    LEFT JOIN owed w ON w.review = o.review
$$;
