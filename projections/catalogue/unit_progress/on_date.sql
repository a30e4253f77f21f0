-- What of a unit's progress depends on the day it is looked at: ages, lateness, and what lies over the stage. The clock
-- of an ended unit stands still, and nothing lies over its stage.
-- Days per stage come from the adopted policy for stalled units, else from this project's defaults.
CREATE OR REPLACE FUNCTION cot_projection.unit_progress_on(
    p_row cot_projection.unit_progress_row, p_position bigint, p_today date
) RETURNS TABLE (
    days_in_stage integer, musts_open integer, first_unmet text, first_unmet_text text, exit_percent_rest integer,
    activities_overdue integer, actions_overdue integer, idle_half_days integer, stalled boolean,
    on_hold boolean, on_hold_until date, head_vacant boolean, newest_fact_age_days integer
) LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN (p_row).staged THEN cot_projection.weighted_half_days(
               (p_row).stage_entered_on, least(p_today, (p_row).ended_on), '{}'::datemultirange, (p_row).holds) / 2 END,
           o.musts, o.criterion, o.text,
           CASE WHEN (p_row).rest_total > 0 THEN ((p_row).rest_met + o.rest_waived) * 100 / (p_row).rest_total END,
           (SELECT count(*)::integer FROM unnest((p_row).open_due_dates) AS d (due) WHERE d.due < p_today),
           (SELECT count(*)::integer FROM unnest((p_row).action_due_dates) AS d (due) WHERE d.due < p_today),
           i.half_days,
           CASE WHEN (p_row).staged AND (p_row).ended_on IS NULL AND (p_row).stage BETWEEN 'S1' AND 'S5'
                THEN i.half_days >= 2 * (k.policy -> 'days' ->> (p_row).stage)::integer
                     AND NOT (p_row).holds @> p_today END,
           (p_row).ended_on IS NULL AND (p_row).holds @> p_today,
           CASE WHEN (p_row).ended_on IS NULL AND (p_row).holds @> p_today THEN (
               SELECT upper(r.r) - 1 FROM unnest((p_row).holds) AS r (r) WHERE r.r @> p_today) END,
           (p_row).ended_on IS NULL AND (p_row).head_vacant_since IS NOT NULL,
           p_today - (p_row).newest_fact_on
    FROM (SELECT count(*) FILTER (WHERE u.must AND u.open)::integer AS musts,
                 count(*) FILTER (WHERE NOT u.must AND NOT u.open)::integer AS rest_waived,
                 (array_agg(u.criterion ORDER BY u.n) FILTER (WHERE u.open))[1] AS criterion,
                 (array_agg(u.text ORDER BY u.n) FILTER (WHERE u.open))[1] AS text
          FROM (SELECT x.n, x.item ->> 'criterion' AS criterion, x.item ->> 'text' AS text, (x.item ->> 'must')::boolean AS must,
                       coalesce((x.item ->> 'waived_until')::date < p_today, true) AS open
                FROM jsonb_array_elements((p_row).unmet) WITH ORDINALITY AS x (item, n)) u) o
    CROSS JOIN LATERAL (SELECT cot_projection.stall_parameters((p_row).district, p_position, p_today) AS policy OFFSET 0) k
    CROSS JOIN LATERAL (SELECT CASE WHEN (p_row).staged THEN cot_projection.half_days_without_summer(
                    (p_row).last_qualifying_on, least(p_today, (p_row).ended_on), cot_projection.summers((p_row).district, p_position, p_today),
                    (p_row).holds, (k.policy ->> 'summer_half_days')::integer) END AS half_days OFFSET 0) i
$$;
