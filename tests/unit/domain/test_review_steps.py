"""When the steps of a review's course are due: arithmetic over the school calendar."""

from dataclasses import replace
from datetime import date

import pytest

from domain.review_cycle import SHIPPED_CYCLE
from domain.review_state import Ending, ReviewState
from domain.review_steps import DueStep, steps
from domain.school_calendar import SchoolCalendar

CALENDAR = SchoolCalendar(
    version="2025-26",
    first_day=date(2025, 7, 1),
    last_day=date(2026, 6, 30),
    closed_days=frozenset({date(2026, 2, 16), date(2026, 3, 6)}),
)
DUE = date(2026, 3, 2)
OPEN = ReviewState(phase="open", due_on=DUE, since=date(2026, 2, 13))


def days(state: ReviewState) -> list[tuple[str, date]]:
    return [(step.name, step.day) for step in steps(state, CALENDAR, SHIPPED_CYCLE)]


def test_an_open_review_asks_for_its_packet_then_for_the_chair_then_lapses() -> None:
    assert days(OPEN) == [
        ("freeze", date(2026, 2, 25)),
        ("not_held", date(2026, 3, 10)),  # The 6th is closed.
        ("lapse", date(2026, 3, 17)),
    ]


def test_a_review_opened_shortly_before_it_is_due_freezes_on_the_day_it_opens() -> None:
    late = replace(OPEN, since=date(2026, 2, 27))
    assert days(late)[0] == ("freeze", date(2026, 2, 27))


def test_what_was_told_is_not_asked_again_until_the_due_date_moves() -> None:
    told = replace(OPEN, packet="sha256:0", told=frozenset({("not_held", DUE)}))
    assert days(told) == [("lapse", date(2026, 3, 17))]
    moved = replace(told, due_on=date(2026, 3, 9))
    assert [name for name, _ in days(moved)] == ["not_held", "lapse"]


def test_days_on_which_the_effect_is_asked_for_are_working_days() -> None:
    closed = ReviewState(phase="closed", due_on=DUE, effect_since=date(2025, 12, 17))
    assert steps(closed, CALENDAR, SHIPPED_CYCLE) == (
        DueStep(date(2026, 2, 17), "effect_due", date(2026, 4, 16)),  # The 60th day is the 15th.
    )
    asked = replace(closed, effect_due_on=date(2026, 4, 18))
    assert days(asked) == [("effect_reminder", date(2026, 4, 20))]
    reminded = replace(asked, told=frozenset({("effect_check", date(2026, 4, 18))}))
    assert days(reminded) == []


@pytest.mark.parametrize("phase", [None, "held", "decided", "checked"])
def test_in_other_phases_nothing_is_due_by_itself(phase: str | None) -> None:
    state = ReviewState(phase=phase, due_on=DUE, since=DUE)  # type: ignore[arg-type]
    assert days(state) == []


@pytest.mark.parametrize("ending", ["merged", "cancelled", "lapsed"])
def test_a_review_that_ended_asks_for_nothing(ending: Ending) -> None:
    assert days(replace(OPEN, ended=ending)) == []
