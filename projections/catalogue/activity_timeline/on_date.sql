-- What of an activity depends on the day it is looked at: planned work that is not finished and past its due date.
CREATE OR REPLACE FUNCTION cot_projection.activity_timeline_on(
    p_row cot_projection.activity_timeline_row, p_position bigint, p_today date
) RETURNS TABLE (overdue boolean, days_overdue integer) LANGUAGE sql STABLE AS $$
    SELECT late.days > 0, late.days
    FROM (SELECT CASE WHEN (p_row).status IN ('planned', 'started') AND (p_row).due_on < p_today
                      THEN p_today - (p_row).due_on ELSE 0 END AS days) late
$$;
