"""Action items that are late climb by themselves: on the right day, once, whatever was missed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.flows.review_cycle import in_words
from cot_flows.projecting import project
from cot_flows.verifying import verify
from domain.action import CompleteActionItem, DropActionItem, OpenActionItem, ReassignActionItem
from domain.actor import RegisterActor
from domain.district import PublishSchoolCalendar
from domain.evidence import SubmitEvidence
from domain.facts.action import ActionItemEscalated
from domain.lateness import EscalateActionItem, MoveActionItemDueDate
from domain.review import HoldReview, RecordDecision
from domain.review_cycle import AdoptReviewCycleRules
from tests.support.crashing import Crash, dying
from tests.support.reviewing import BEGAN, DAY, DUE, Reviewing
from tests.support.samples import DIGEST

OWED = date(2025, 11, 7)
OWNER, HEAD = date(2025, 11, 10), date(2025, 11, 17)  # The 11th is Veterans Day,
CHAIR, TOP = date(2025, 11, 24), date(2025, 12, 9)  # the 27th and 28th are Thanksgiving.
LAST = date(2025, 12, 19)
LADDER = [("owner", OWNER), ("head", HEAD), ("chair", CHAIR), ("superintendent", TOP)]


def begun(engine: Engine, district: str, *items: str) -> Reviewing:
    """Set up a district with a review that was held, and action items of HR due on one day."""
    bay = Reviewing(engine, district).begin()
    bay.say(BEGAN, RegisterActor(actor="a-head", role="head"))
    bay.open(BEGAN, "R1")
    bay.freeze(DUE, "R1")
    bay.say(DUE, HoldReview(review="R1", present=("a-chair",)))
    bay.say(DUE, RecordDecision(review="R1", decision="change", title="Go on", insufficient=True))
    for item in items:
        owe(bay, item, "HR")
    return bay


def owe(bay: Reviewing, item: str, unit: str | None, due_on: date = OWED) -> None:
    """Let the head owe something."""
    bay.say(
        DUE,
        OpenActionItem(
            action=item,
            title="Meet the schools",
            review="R1",
            unit=unit,
            owner="a-head",
            due_on=due_on,
            shows_it_worked="Minutes",
        ),
    )


@pytest.fixture
def bay(engine: Engine) -> Reviewing:
    """Set up a district with one action item."""
    return begun(engine, "bay", "X1")


def told(bay: Reviewing, item: str = "X1") -> list[tuple[str, date]]:
    """Return who was told about an item, each with the day on which it occurred."""
    stream = bay.engine.store.read_stream(bay.district, f"action-{item}")
    return [
        (each.event.level, each.occurred_on)
        for each in stream
        if isinstance(each.event, ActionItemEscalated)
    ]


def test_a_late_item_goes_up_from_its_owner_to_the_superintendent_on_scripted_days(
    bay: Reviewing,
) -> None:
    bay.nights(DUE, LAST)
    assert told(bay) == LADDER
    assert all(e.reason is None for e in bay.events() if e.type_name == "ActionItemEscalated")
    project(bay.engine, bay.district)
    assert verify(bay.engine, bay.district).findings == ()


def test_the_nights_between_the_days_that_a_run_names_have_nothing_to_do(bay: Reviewing) -> None:
    bay.open(DUE, "R2", date(2025, 11, 18), "unit:IT")
    ran: list[date] = []
    night = bay.night(DUE)
    while night.next_day is not None and night.next_day <= LAST:
        ran.append(night.next_day)
        night = bay.night(night.next_day)
    by_hops = bay.scheduled()
    assert told(bay) == LADDER
    assert {"ReviewPacketFrozen", "ReviewEscalated", "ReviewLapsed"} <= {
        kind for _, kind, _ in by_hops
    }
    assert {day for *_, day in by_hops} <= {DUE, *ran}
    assert len(ran) < 15


def test_a_night_that_waits_for_nothing_names_no_day(engine: Engine) -> None:
    assert Reviewing(engine, "idle").begin().night(BEGAN).next_day is None


def test_working_days_are_those_of_the_calendar_in_force(bay: Reviewing) -> None:
    closed = (date(2025, 11, 10), date(2025, 11, 27), date(2025, 12, 1))
    bay.say(
        DUE,
        PublishSchoolCalendar(
            calendar_version="storms",
            first_day=date(2025, 7, 1),
            last_day=date(2026, 6, 30),
            closed_days=closed,
        ),
    )
    bay.nights(DUE, LAST)
    assert [day for _, day in told(bay)] == [
        date(2025, 11, 11),
        HEAD,
        CHAIR,
        date(2025, 12, 10),
    ]


def test_a_moved_date_starts_the_ladder_anew(bay: Reviewing) -> None:
    bay.nights(DUE, HEAD)
    later = date(2025, 11, 28)
    bay.say(HEAD + DAY, MoveActionItemDueDate(action="X1", due_on=later), reason="illness")
    bay.nights(HEAD + DAY, date(2025, 12, 5))
    assert told(bay) == [*LADDER[:2], ("owner", date(2025, 12, 1)), ("head", date(2025, 12, 5))]


def test_a_date_that_was_moved_before_a_missed_night_owes_nothing_for_the_old_one(
    bay: Reviewing,
) -> None:
    later = date(2025, 11, 28)
    bay.say(CHAIR, MoveActionItemDueDate(action="X1", due_on=later), reason="illness")
    bay.night(date(2025, 12, 1))
    assert told(bay) == [("owner", date(2025, 12, 1))]


def test_a_completed_or_dropped_item_goes_no_higher(engine: Engine) -> None:
    bay = begun(engine, "bay", "X1", "X2")
    bay.nights(DUE, OWNER)
    evidence = SubmitEvidence(
        evidence="E1",
        title="Minutes",
        kind="minutes",
        digest=DIGEST,
        location="archive/minutes",
        collected_from=OWNER,
        collected_to=OWNER,
        source_key="minutes",
    )
    bay.say(OWNER + DAY, evidence)
    bay.say(OWNER + DAY, CompleteActionItem(action="X1", evidence=("E1",)))
    bay.say(OWNER + DAY, DropActionItem(action="X2"), reason="no longer needed")
    bay.nights(OWNER + DAY, LAST)
    assert told(bay, "X1") == told(bay, "X2") == LADDER[:1]


def test_where_people_went_higher_already_the_lower_steps_are_left_out(bay: Reviewing) -> None:
    bay.say(OWNER, EscalateActionItem(action="X1", level="chair"))
    bay.nights(OWNER, LAST)
    assert told(bay) == [("chair", OWNER), ("superintendent", TOP)]


def test_an_item_of_no_unit_passes_over_the_head_until_it_is_given_one(bay: Reviewing) -> None:
    owe(bay, "X2", None)
    owe(bay, "X3", None)
    bay.nights(DUE, OWNER)
    bay.say(OWNER + DAY, ReassignActionItem(action="X3", owner="a-steward", unit="IT"))
    bay.nights(OWNER + DAY, CHAIR)
    assert [level for level, _ in told(bay, "X2")] == ["owner", "chair"]
    assert [level for level, _ in told(bay, "X3")] == ["owner", "head", "chair"]


def test_the_numbers_are_the_districts_own(bay: Reviewing) -> None:
    bay.say(DUE, AdoptReviewCycleRules(action_owner_working_days=2, action_head_working_days=3))
    bay.nights(DUE, date(2025, 11, 13))
    assert told(bay) == [("owner", date(2025, 11, 12)), ("head", date(2025, 11, 13))]


def test_running_twice_tells_nobody_twice(bay: Reviewing) -> None:
    for level, day in LADDER:
        assert [each.step for each in bay.night(day).taken] == [f"{level}_told"]
        before = bay.events()
        assert bay.night(day).taken == ()
        assert bay.events() == before


def test_missed_nights_are_caught_up_in_order_with_the_reviews_steps(engine: Engine) -> None:
    nightly, missed = begun(engine, "nightly", "X1", "X2"), begun(engine, "missed", "X1", "X2")
    for each in (nightly, missed):
        each.open(DUE, "R2", date(2025, 11, 14), "unit:IT")
    nightly.nights(DUE, LAST)
    report = missed.night(LAST)
    assert missed.scheduled() == nightly.scheduled()
    assert len(report.taken) == 11
    assert [each.day for each in report.taken] == sorted(each.day for each in report.taken)
    late = [each for each in missed.events() if each.source == "scheduler"]
    assert all(each.reason and each.recorded_at.date() > each.occurred_on for each in late)
    words = "\n".join(in_words(report))
    assert "**chair told**: action item X2 of review R1 of unit:HR, for 2025-11-07" in words


def test_more_than_a_year_is_caught_up_without_anyones_approval(bay: Reviewing) -> None:
    bay.night(date(2026, 12, 1))
    assert told(bay) == LADDER


@pytest.mark.parametrize("point", ["before-step", "after-step"])
@pytest.mark.parametrize("times", [1, 2, 4, 7, 8])
def test_a_run_that_dies_goes_on_where_it_stopped(engine: Engine, point: str, times: int) -> None:
    whole, killed = begun(engine, "whole", "X1", "X2"), begun(engine, "killed", "X1", "X2")
    assert len(whole.night(LAST).taken) == 8
    with pytest.raises(Crash):
        killed.night(LAST, dying(point, times))
    killed.night(LAST)
    logs = [
        [(e.position, e.stream, e.event, e.occurred_on, e.recorded_at) for e in one.events()]
        for one in (whole, killed)
    ]
    assert logs[0] == logs[1]


def test_runs_at_once_tell_everybody_once(bay: Reviewing) -> None:
    for number in range(2, 5):
        owe(bay, f"X{number}", "HR", OWED + timedelta(days=number))
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(bay.night, [LAST + 5 * DAY] * 3))
    taken = [(each.named.action, each.step) for report in reports for each in report.taken]
    assert len(taken) == len(set(taken)) == 16
    assert all(report.refused == () for report in reports)
    assert all(len(told(bay, f"X{number}")) == 4 for number in range(1, 5))
