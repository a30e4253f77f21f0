"""Who is told that an action item is late, and when: arithmetic over the school calendar."""

from dataclasses import replace
from datetime import date

import pytest

from domain.action import ActionState
from domain.action_steps import escalations
from domain.review_cycle import SHIPPED_CYCLE
from domain.school_calendar import SchoolCalendar

CALENDAR = SchoolCalendar(
    version="2025-26",
    first_day=date(2025, 7, 1),
    last_day=date(2026, 6, 30),
    closed_days=frozenset({date(2026, 2, 16)}),
)
LATE = ActionState(phase="open", due_on=date(2026, 2, 13), unit="HR")


def days(state: ActionState) -> list[tuple[str, date]]:
    return [(rung.level, rung.day) for rung in escalations(state, CALENDAR, SHIPPED_CYCLE)]


def test_a_late_item_climbs_from_its_owner_to_the_superintendent_on_working_days() -> None:
    assert days(LATE) == [
        ("owner", date(2026, 2, 17)),  # Friday; the Monday after it is Presidents' Day.
        ("head", date(2026, 2, 23)),
        ("chair", date(2026, 3, 2)),
        ("superintendent", date(2026, 3, 16)),
    ]


def test_what_was_told_and_all_below_it_is_asked_no_more_until_the_date_moves() -> None:
    told = replace(LATE, escalated="chair")
    assert [level for level, _ in days(told)] == ["superintendent"]
    moved = replace(told, due_on=date(2026, 3, 9), escalated=None)
    assert days(moved)[0] == ("owner", date(2026, 3, 10))


def test_an_item_of_no_unit_has_no_head_to_tell() -> None:
    levels = [level for level, _ in days(replace(LATE, unit=None))]
    assert levels == ["owner", "chair", "superintendent"]


def test_the_numbers_are_those_that_the_district_adopted() -> None:
    quick = SHIPPED_CYCLE.model_copy(update={"action_chair_working_days": 6})
    rungs = escalations(LATE, CALENDAR, quick)
    assert rungs[2].day == date(2026, 2, 24)


@pytest.mark.parametrize("phase", [None, "completed", "verified", "dropped"])
def test_an_item_that_is_not_open_asks_for_nothing(phase: str | None) -> None:
    assert days(replace(LATE, phase=phase)) == []  # type: ignore[arg-type]
