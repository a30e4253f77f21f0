"""Rules about units: too long in a stage, nobody in charge, work overdue, reviews missed."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from domain.facts.action import (
    ActionItemCompleted,
    ActionItemDueDateMoved,
    ActionItemOpened,
    ActionItemReassigned,
)
from domain.facts.district import ActorRetired, SchoolCalendarPublished
from domain.facts.reorganization import UnitDissolved
from domain.facts.review import ReviewHeld
from domain.facts.review_course import ReviewLapsed
from domain.facts.unit import (
    UnitHeadAssigned,
    UnitHeadVacated,
    UnitPutOnHold,
    UnitRegistered,
    UnitRestarted,
    UnitStageEntered,
)
from domain.school_calendar import SchoolCalendar
from tests.integration.projections.asking import ask, keys, positions
from tests.integration.projections.history import triggered
from tests.integration.projections.world import World

LABOR_DAY, CLOSED = date(2025, 9, 1), (date(2025, 9, 1), date(2025, 9, 8), date(2025, 9, 9))


@pytest.fixture
def hr(world: World) -> World:
    """A district with a calendar and one unit, on 1 August 2025."""
    calendar(world, "2025", date(2025, 7, 1), date(2026, 6, 30), CLOSED)
    world.put("unit-HR", UnitRegistered(unit="HR", name="Human resources"))
    return world


def calendar(world: World, version: str, first: date, last: date, closed: tuple[date, ...]) -> None:
    world.put(
        "district",
        SchoolCalendarPublished(
            calendar_version=version,
            first_day=first,
            last_day=last,
            closed_days=closed,
            summers=(),
        ),
        about=("*",),
    )


def working_days(world: World, first: date, last: date) -> int:
    row = (
        world.connection("cot_reader")
        .execute(
            "SELECT cot_projection.working_days_between(%s, %s, %s, %s)",
            (world.district, world.head(), first, last),
        )
        .fetchone()
    )
    assert row is not None
    return int(row[0])


def working_days_after(world: World, first: date, last: date) -> dict[date, int]:
    asked = "SELECT * FROM cot_projection.working_days_after(%s, %s, %s, %s)"
    given = (world.district, world.head(), first, last)
    return dict(world.connection("cot_reader").execute(asked, given).fetchall())


def entered(world: World, to_stage: str) -> int:
    before = f"S{int(to_stage[1]) - 1}"
    world.put("unit-HR", UnitStageEntered(unit="HR", from_stage=before, to_stage=to_stage))
    return world.head()


def item(world: World, name: str, due: date, **more: Any) -> int:
    opened = ActionItemOpened(
        action=name,
        title=f"Item {name}",
        review="V1",
        unit=more.pop("unit", "HR"),
        owner=more.pop("owner", "a-1"),
        due_on=due,
        shows_it_worked="Minutes",
        **more,
    )
    world.put(f"action-{name}", opened)
    return world.head()


def test_working_days_in_the_database_are_those_of_the_calendar(hr: World) -> None:
    known = SchoolCalendar(
        version="2025",
        first_day=date(2025, 7, 1),
        last_day=date(2026, 6, 30),
        closed_days=frozenset(CLOSED),
    )
    chance = Random(7)
    for _ in range(40):
        first = date(2025, 8, 20) + timedelta(days=chance.randrange(30))
        last = first + timedelta(days=chance.randrange(30))
        assert working_days(hr, first, last) == known.working_days_between(first, last)


def test_of_two_calendars_that_cover_a_day_the_later_one_decides(hr: World) -> None:
    monday, friday = date(2025, 9, 8), date(2025, 9, 12)
    assert working_days(hr, LABOR_DAY, friday) == 7
    calendar(hr, "2025b", monday, date(2026, 6, 30), (monday,))
    assert working_days(hr, LABOR_DAY, friday) == 8
    assert working_days(hr, date(2025, 8, 29), LABOR_DAY) == 0


def test_working_days_after_many_dates_are_those_after_each(hr: World) -> None:
    calendar(hr, "2025b", date(2025, 9, 8), date(2026, 6, 30), (date(2025, 9, 8),))
    first, last = date(2025, 8, 27), date(2025, 9, 19)
    after = working_days_after(hr, first, last)
    assert sorted(after) == [first + timedelta(days=n) for n in range(24)]
    for day, count in after.items():
        assert count == working_days(hr, day, last)
    assert working_days_after(hr, last, first) == {}


def test_a_unit_overstays_after_the_percent_of_its_planned_days_once_a_quarter(hr: World) -> None:
    hr.later(31)
    position = entered(hr, "S1")
    hr.later(135)
    assert ask(hr, "overstay") == []
    hr.later(1)
    (first,) = ask(hr, "overstay")
    assert (first.about, first.cause_key) == ("unit:HR", "2026-Q1")
    assert positions(first) == [position]
    assert "136 days ago" in first.facts[0][1]
    hr.later(30)
    assert keys(ask(hr, "overstay")) == keys([first])
    hr.later(50)
    assert keys(ask(hr, "overstay")) == [("unit:HR", "2026-Q2")]
    assert ask(hr, "overstay", position=position - 1) == []


def test_days_on_hold_are_no_stay_and_a_restart_begins_it_anew(hr: World) -> None:
    entered(hr, "S1")
    hr.later(100)
    hold = UnitPutOnHold(unit="HR", until=hr.now.date() + timedelta(days=59), approver="a-2")
    hr.put("unit-HR", hold)
    hr.later(50)
    assert ask(hr, "overstay") == []
    hr.later(45)
    assert ask(hr, "overstay") == []
    hr.later(1)
    assert keys(ask(hr, "overstay")) == [("unit:HR", "2026-Q1")]
    restarted = UnitRestarted(unit="HR", from_stage="S2", cause="other", charter="New charter")
    hr.put("unit-HR", restarted)
    assert ask(hr, "overstay") == []


def test_a_unit_that_is_no_more_overstays_nowhere(hr: World) -> None:
    entered(hr, "S1")
    hr.later(200)
    assert len(ask(hr, "overstay")) == 1
    hr.put("district", UnitDissolved(unit="HR", successor="IT", board_reference="B-1"))
    assert ask(hr, "overstay") == []


def test_a_unit_without_a_head_fires_after_so_many_working_days(hr: World) -> None:
    hr.put("unit-HR", UnitHeadAssigned(unit="HR", head="a-1"))
    hr.later(21)  # 22 August, a Friday
    hr.put("unit-HR", UnitHeadVacated(unit="HR", head="a-1"))
    left = hr.head()
    hr.later(19)
    assert hr.now.date() == date(2025, 9, 10)
    assert ask(hr, "owner-gap") == []  # three closed days in between: ten working days, not more
    hr.later(1)
    (found,) = ask(hr, "owner-gap")
    assert keys([found]) == [("unit:HR", str(left))]
    assert positions(found) == [left]
    assert ask(hr, "owner-gap", position=left - 1) == []
    hr.put("unit-HR", UnitHeadAssigned(unit="HR", head="a-3", acting=True))
    assert ask(hr, "owner-gap") == []


def test_a_unit_that_never_had_a_head_has_not_lost_one(hr: World) -> None:
    hr.later(60)
    assert ask(hr, "owner-gap") == []


def test_a_retired_head_and_owner_is_one_cause_with_what_he_owed(hr: World) -> None:
    hr.put("unit-HR", UnitHeadAssigned(unit="HR", head="a-1"))
    owed = item(hr, "X1", date(2025, 12, 1))
    item(hr, "X2", date(2025, 12, 1), owner="a-2")
    hr.put("actor-a-1", ActorRetired(actor="a-1"))
    retired = hr.head()
    hr.later(30)
    (found,) = ask(hr, "owner-gap")
    assert keys([found]) == [("unit:HR", str(retired))]
    assert positions(found) == [retired, owed]
    hr.put("unit-HR", UnitHeadAssigned(unit="HR", head="a-3"))
    (found,) = ask(hr, "owner-gap")
    assert positions(found) == [owed]
    hr.put("action-X1", ActionItemReassigned(action="X1", owner="a-3", unit="HR"))
    assert ask(hr, "owner-gap") == []


def test_three_overdue_items_of_a_unit_fire_and_two_do_not(hr: World) -> None:
    first = item(hr, "X1", date(2025, 8, 10))
    item(hr, "X2", date(2025, 8, 11))
    item(hr, "X3", date(2025, 8, 12), unit="IT")
    item(hr, "X4", date(2025, 8, 12))
    hr.put("unit-IT", UnitRegistered(unit="IT", name="IT"))
    known = hr.head()
    assert ask(hr, "overdue-actions", today=date(2025, 8, 12)) == []
    (found,) = ask(hr, "overdue-actions", today=date(2025, 8, 13))
    assert keys([found]) == [("unit:HR", str(first))]
    assert len(found.facts) == 3
    hr.later(5)
    moved = ActionItemDueDateMoved(
        action="X4", from_due_on=date(2025, 8, 12), due_on=date(2025, 9, 30)
    )
    hr.put("action-X4", moved)
    assert ask(hr, "overdue-actions", today=date(2025, 8, 13)) == []
    assert len(ask(hr, "overdue-actions", today=date(2025, 8, 13), position=known)) == 1
    hr.put("action-X3", ActionItemReassigned(action="X3", owner="a-1", unit="HR"))
    assert keys(ask(hr, "overdue-actions", today=date(2025, 8, 13))) == [("unit:HR", str(first))]


def test_one_critical_item_fires_after_ten_working_days_and_not_when_done(hr: World) -> None:
    due = date(2025, 8, 22)
    position = item(hr, "X1", due, critical=True, unit=None)
    item(hr, "X2", due, unit=None)
    assert ask(hr, "overdue-actions", today=date(2025, 9, 10)) == []
    (found,) = ask(hr, "overdue-actions", today=date(2025, 9, 12))
    assert keys([found]) == [("district:all", str(position))]
    assert "critical: Item X1" in found.facts[0][1]
    hr.put("action-X1", ActionItemCompleted(action="X1", evidence=("E1",)))
    assert ask(hr, "overdue-actions", today=date(2025, 9, 12)) == []


def lapse(world: World, review: str, about: str = "unit:HR") -> int:
    world.put(f"review-{review}", triggered(review, about))
    world.later(1)
    lapsed = ReviewLapsed(
        review=review,
        due_on=world.now.date(),
        after_working_days=10,
        calendar_version="2025",
    )
    world.put(f"review-{review}", lapsed, about=(about,))
    return world.head()


def test_two_lapsed_reviews_in_a_row_go_before_the_stewardship_team_once(hr: World) -> None:
    first = lapse(hr, "V1")
    lapse(hr, "V2", "unit:IT")
    lapse(hr, "V3", "dimension:2")
    assert ask(hr, "missed-reviews") == []
    second = lapse(hr, "V4")
    (found,) = ask(hr, "missed-reviews")
    assert keys([found]) == [("district:all", str(first))]
    assert positions(found) == [first, second]
    assert "HR" in found.title
    lapse(hr, "V5")
    assert keys(ask(hr, "missed-reviews")) == keys([found])
    assert ask(hr, "missed-reviews", position=second - 1) == []


def test_a_review_that_was_held_ends_the_row(hr: World) -> None:
    lapse(hr, "V1")
    hr.later(1)
    hr.put("review-V2", triggered("V2"))
    hr.put("review-V2", ReviewHeld(review="V2", present=("a-1",)), about=("unit:HR",))
    hr.later(1)
    second = lapse(hr, "V3")
    assert ask(hr, "missed-reviews") == []
    lapse(hr, "V4")
    assert keys(ask(hr, "missed-reviews")) == [("district:all", str(second))]
