"""Who is told that an action item is late, and on which working day: from its state alone.

Pure arithmetic over dates, as in ``review_steps``: the ladder goes up from the due date as it
stands, so a moved date begins it anew, and an item that is no longer open asks for nothing.
"""

from dataclasses import dataclass
from datetime import date

from domain.action import ActionState
from domain.facts.district import ReviewCycleRulesAdopted
from domain.facts.fields import EscalationLevel
from domain.lateness import LEVELS
from domain.school_calendar import SchoolCalendar


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """A rung of the ladder, the day on which it is due, and the due date it counts from."""

    day: date
    level: EscalationLevel
    due_on: date


def escalations(
    state: ActionState, calendar: SchoolCalendar, cycle: ReviewCycleRulesAdopted
) -> tuple[EscalationStep, ...]:
    """Return the escalations that an open item still asks for, in the order of their days.

    A level that was told since the date last moved, and all below it, are asked for no more. An
    item of no unit has no head to tell. None falls on a closed day.
    """
    if state.phase != "open" or state.due_on is None:
        return ()
    told = -1 if state.escalated is None else LEVELS.index(state.escalated)
    ladder: tuple[tuple[EscalationLevel, int], ...] = (
        ("owner", cycle.action_owner_working_days),
        ("head", cycle.action_head_working_days),
        ("chair", cycle.action_chair_working_days),
        ("superintendent", cycle.action_superintendent_working_days),
    )
    return tuple(
        EscalationStep(calendar.add_working_days(state.due_on, after), level, state.due_on)
        for level, after in ladder
        if LEVELS.index(level) > told and not (level == "head" and state.unit is None)
    )
