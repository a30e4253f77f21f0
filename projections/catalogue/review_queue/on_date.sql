-- What of a review depends on the day it is looked at. A review is overdue while it has not been held and its due
-- date has passed; days until due are negative from then on, and unknown once it has ended.
CREATE OR REPLACE FUNCTION cot_projection.review_queue_on(
    p_row cot_projection.review_queue_row, p_position bigint, p_today date
) RETURNS TABLE (overdue boolean, days_overdue integer, days_until_due integer) LANGUAGE sql STABLE AS $$
    SELECT late.days > 0, late.days, CASE WHEN (p_row).ended_as IS NULL THEN (p_row).due_on - p_today END
    FROM (SELECT CASE WHEN (p_row).status IN ('scheduled', 'triggered') AND (p_row).due_on < p_today
                      THEN p_today - (p_row).due_on ELSE 0 END AS days) late
$$;
