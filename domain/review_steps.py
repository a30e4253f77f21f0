"""What a review's course asks for by itself, and on which day: from its state and the calendar.

Pure arithmetic over dates: the same state, calendar and numbers always give the same steps.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from domain.facts.district import ReviewCycleRulesAdopted
from domain.review_state import ReviewState
from domain.school_calendar import SchoolCalendar

StepName = Literal[
    "freeze", "packet_not_frozen", "not_held", "lapse", "effect_due", "effect_reminder"
]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step, the day on which it is due, and the due date of the review or check it is about.

    `name` and `due_on` tell it from all other steps of the review.
    """

    day: date
    name: StepName
    due_on: date


def steps(
    state: ReviewState, calendar: SchoolCalendar, cycle: ReviewCycleRulesAdopted
) -> tuple[DueStep, ...]:
    """Return the steps that a review's state still asks for, in the order in which they are due.

    None falls on a closed day, except where the review itself was opened on one.
    """
    if state.ended is not None:
        return ()
    found: list[DueStep] = []
    if state.phase == "open" and state.due_on is not None and state.since is not None:
        found = _unheld(state, state.due_on, state.since, calendar, cycle)
    elif state.phase == "closed" and state.effect_since is not None:
        found = _closed(state, state.effect_since, calendar, cycle)
    return tuple(sorted(found, key=lambda step: step.day))


def _unheld(
    state: ReviewState,
    due_on: date,
    since: date,
    calendar: SchoolCalendar,
    cycle: ReviewCycleRulesAdopted,
) -> list[DueStep]:
    def after(working_days: int) -> date:
        return max(calendar.add_working_days(due_on, working_days), since)

    found: list[DueStep] = []
    freeze_on = after(-cycle.freeze_working_days)
    if state.packet is None and cycle.packet_frozen_by == "scheduler":
        found.append(DueStep(freeze_on, "freeze", due_on))
    elif state.packet is None and ("packet_not_frozen", due_on) not in state.told:
        day = calendar.add_working_days(freeze_on, 1)
        found.append(DueStep(day, "packet_not_frozen", due_on))
    if ("not_held", due_on) not in state.told:
        found.append(DueStep(after(cycle.chair_working_days), "not_held", due_on))
    found.append(DueStep(after(cycle.lapse_working_days), "lapse", due_on))
    return found


def _closed(
    state: ReviewState, since: date, calendar: SchoolCalendar, cycle: ReviewCycleRulesAdopted
) -> list[DueStep]:
    if state.effect_due_on is None:
        begins = _working(calendar, since + timedelta(days=cycle.effect_from_days))
        due_on = since + timedelta(days=cycle.effect_until_days)
        return [DueStep(begins, "effect_due", due_on)]
    if ("effect_check", state.effect_due_on) in state.told:
        return []
    day = _working(calendar, state.effect_due_on)
    return [DueStep(day, "effect_reminder", state.effect_due_on)]


def _working(calendar: SchoolCalendar, day: date) -> date:
    """Return the day, or the first working day after it."""
    return calendar.add_working_days(day - _DAY, 1)
