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
    ), own AS (
        SELECT h.*, h.type IN ('ReviewScheduled', 'ReviewTriggered') AS opens FROM happened h
        WHERE h.review IS NOT NULL AND h.type <> 'ActionItemOpened'
          AND (p_keys IS NULL OR 'review:' || h.review = ANY (p_keys))
    ), course AS MATERIALIZED (
        -- One pass over each review's facts: joined back one by one, they made plans quadratic in the reviews.
        SELECT o.review,
               (array_agg(o.type ORDER BY o.fact_position) FILTER (WHERE o.opens))[1] AS opened_by,
               (array_agg(o.data ORDER BY o.fact_position) FILTER (WHERE o.opens))[1] AS opening,
               (array_agg(o.occurred_on ORDER BY o.fact_position) FILTER (WHERE o.opens))[1] AS opened_on,
               (array_agg(o.position ORDER BY o.fact_position) FILTER (WHERE o.opens))[1] AS opened_position,
               count(*) FILTER (WHERE o.opens OR o.type = 'ReviewTriggerMerged')::integer AS causes,
               jsonb_agg(jsonb_build_object(
                   'policy', o.data -> 'policy', 'rule', o.data -> 'rule', 'cause_key', o.data -> 'cause_key',
                   'position', o.position, 'as_of_position', o.data -> 'as_of_position',
                   'as_of_date', o.data -> 'as_of_date', 'facts', o.data -> 'facts') ORDER BY o.fact_position)
                   FILTER (WHERE o.opens OR o.type = 'ReviewTriggerMerged') AS facts,
               jsonb_agg(jsonb_build_object(
                   'decision', o.data -> 'decision', 'title', o.data -> 'title', 'unit', o.data -> 'unit',
                   'to_stage', o.data -> 'to_stage', 'evidence', o.data -> 'evidence',
                   'insufficient', o.data -> 'insufficient', 'position', o.position) ORDER BY o.fact_position)
                   FILTER (WHERE o.type = 'DecisionRecorded') AS decisions,
               max(o.occurred_on) FILTER (WHERE o.type = 'ReviewHeld') AS held_on,
               max(o.occurred_on) FILTER (WHERE o.type = 'ReviewClosed') AS closed_on,
               max((o.data ->> 'next_on')::date) FILTER (WHERE o.type = 'ReviewClosed') AS next_on,
               count(*) FILTER (WHERE o.type = 'ReviewPostponed')::integer AS postponed,
               coalesce(max(o.fact_position) FILTER (WHERE o.type = 'ReviewPostponed'), 0) AS postponed_at,
               (array_agg(o.data ORDER BY o.fact_position DESC)
                   FILTER (WHERE o.type = 'ReviewPostponed'))[1] AS postponement,
               max(o.fact_position) FILTER (WHERE o.type = 'ReviewPacketFrozen') AS frozen_at,
               (array_agg(o.data ORDER BY o.fact_position DESC)
                   FILTER (WHERE o.type = 'ReviewPacketFrozen'))[1] AS packet,
               coalesce(max(o.fact_position) FILTER (WHERE o.type = 'ReviewEffectChecked'
                   AND o.data ->> 'verdict' = 'too_early'), 0) AS too_early_at,
               coalesce(bool_or(o.type = 'ReviewEffectChecked' AND o.data ->> 'verdict' <> 'too_early'), false) AS checked,
               max(o.fact_position) FILTER (WHERE o.type = 'EffectCheckDue') AS effect_asked_at,
               (array_agg(o.data ORDER BY o.fact_position DESC)
                   FILTER (WHERE o.type = 'EffectCheckDue'))[1] AS effect,
               (array_agg(o.type ORDER BY o.fact_position DESC)
                   FILTER (WHERE o.type IN ('ReviewMerged', 'ReviewCancelled', 'ReviewLapsed')))[1] AS ended_by,
               max(o.position) AS last_position
        FROM own o GROUP BY o.review
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
    ), owed AS MATERIALIZED (
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
    ), standing AS (
        -- A packet made before a postponement is void; when it was too early to tell, nothing is asked until it is
        -- asked again.
        SELECT c.*,
               CASE WHEN c.frozen_at > c.postponed_at THEN c.packet END AS valid_packet,
               CASE WHEN c.effect_asked_at > c.too_early_at THEN c.effect END AS asked_effect,
               CASE c.ended_by WHEN 'ReviewMerged' THEN 'merged' WHEN 'ReviewCancelled' THEN 'cancelled'
                   WHEN 'ReviewLapsed' THEN 'lapsed' END AS way
        FROM course c WHERE c.opening IS NOT NULL
    )
    SELECT p_district,
           'review:' || c.review,
           c.review,
           c.opening ->> 'review_type',
           c.opening ->> 'about',
           c.opening ->> 'title',
           CASE WHEN c.closed_on IS NOT NULL THEN 'closed'
                WHEN c.way IS NOT NULL THEN c.way
                WHEN c.decisions IS NOT NULL THEN 'decided'
                WHEN c.held_on IS NOT NULL THEN 'held'
                WHEN c.opened_by = 'ReviewScheduled' THEN 'scheduled' ELSE 'triggered' END,
           c.opened_on,
           (coalesce(c.postponement, c.opening) ->> 'due_on')::date,
           c.held_on,
           c.closed_on,
           c.opening ->> 'policy',
           c.opening ->> 'rule',
           c.opening ->> 'cause_key',
           c.causes,
           c.facts,
           coalesce(c.decisions, '[]'),
           coalesce(w.open, 0),
           coalesce(w.total, 0),
           coalesce(w.actions, '[]'),
           c.next_on,
           CASE WHEN c.checked THEN 'effect_checked'
                WHEN c.closed_on IS NOT NULL THEN 'closed'
                WHEN c.way IS NOT NULL THEN c.way
                WHEN c.decisions IS NOT NULL THEN 'decided'
                WHEN c.held_on IS NOT NULL THEN 'held'
                WHEN c.valid_packet ->> 'digest' IS NOT NULL THEN 'packet_frozen' ELSE 'preparing' END,
           c.valid_packet ->> 'digest',
           (c.valid_packet ->> 'as_known_position')::bigint,
           c.postponed,
           (c.asked_effect ->> 'due_on')::date,
           CASE WHEN c.closed_on IS NOT NULL THEN 'closed' ELSE c.way END,
           c.opened_position,
           greatest(c.last_position, w.last_position)
    FROM standing c
    LEFT JOIN owed w ON w.review = c.review
$$;
