"""A date that moves: the entry keeps its id, its sequence rises, subscribers and people follow."""

from datetime import date
from typing import Any

import pytest
from icalendar import Calendar

from cot_flows.bootstrap import Engine
from cot_flows.calendar_feed.entries import review_entry
from cot_flows.calendar_feed.writing import invitation
from cot_flows.links import Links
from cot_flows.reviews.courses import course_of
from cot_flows.reviews.reading_deadlines import read_deadlines
from domain.action import DropActionItem
from domain.correction import RetractFact
from domain.unit import LiftUnitHold, PutUnitOnHold
from tests.support.burg import DISTRICT, Burg, burg

DUE, LATER = date(2025, 9, 16), date(2025, 9, 23)


@pytest.fixture
def small(engine: Engine) -> Burg:
    return burg(engine)


def entry(made: bytes, kind: str = "Review") -> Any:
    events: list[Any] = Calendar.from_ical(made).walk("VEVENT")
    (found,) = [each for each in events if kind in each.categories]
    return found


def test_a_moved_review_keeps_its_id_and_its_sequence_rises(small: Burg) -> None:
    opened = small.review("R-1", DUE)
    before = entry(small.calendar())
    small.review("R-1", LATER, corrects=opened)
    after = entry(small.calendar())
    assert after.uid == before.uid
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert (before.start, after.start) == (DUE, LATER)
    small.review("R-1", DUE, corrects=opened)
    assert (entry(small.calendar())["SEQUENCE"], entry(small.calendar()).start) == (2, DUE)


def test_a_fact_that_leaves_the_date_leaves_the_sequence(small: Burg) -> None:
    opened = small.review("R-1", DUE, about="unit:IT")
    small.review("R-1", DUE, about="unit:HR", corrects=opened)
    assert entry(small.calendar())["SEQUENCE"] == 0


def test_texts_with_every_special_sign_come_back_as_they_were(small: Burg) -> None:
    small.review("R-1", DUE)
    made = entry(small.calendar())
    assert str(made["SUMMARY"]) == "Review R6 due: Nothing has moved; R-1, here (unit:HR)"
    assert "- last fact, on 2025-07-01; none since\n" in str(made["DESCRIPTION"])
    assert rb"moved\; R-1\, here" in small.calendar().replace(b"\r\n ", b"")


def test_a_dropped_action_item_is_called_off(small: Burg) -> None:
    small.review("R-1", DUE)
    small.action("X-1", "R-1", LATER)
    assert entry(small.calendar(), "Action")["STATUS"] == "CONFIRMED"
    small.record(DropActionItem(action="X-1"), reason="not needed")
    made = entry(small.calendar(), "Action")
    assert (made["STATUS"], made["SEQUENCE"], made.start) == ("CANCELLED", 1, LATER)


def test_a_lifted_hold_is_called_off_and_one_taken_back_is_gone(small: Burg) -> None:
    hold = PutUnitOnHold(unit="HR", until=LATER, approver="c-1")
    held = small.record(hold, reason="the head is away")
    assert entry(small.calendar(), "Hold")["STATUS"] == "CONFIRMED"
    lifted = small.record(LiftUnitHold(unit="HR"))
    assert entry(small.calendar(), "Hold")["STATUS"] == "CANCELLED"
    for each in (lifted, held):
        small.record(RetractFact(event_id=each, stream="unit-HR"), reason="recorded in error")
    assert not Calendar.from_ical(small.calendar()).walk("VEVENT")


def test_an_invitation_is_a_request_with_the_entrys_id(small: Burg) -> None:
    opened = small.review("R-1", DUE)
    small.review("R-1", LATER, corrects=opened)
    (review,) = read_deadlines(small.engine, small.moment()).reviews
    moved = review_entry(DISTRICT, review, Links("http://cot.example.org", DISTRICT))
    made = invitation(moved, organizer="cot@example.org", attendee="head@example.org")
    parsed = Calendar.from_ical(made)
    (event,) = parsed.walk("VEVENT")
    assert parsed["METHOD"] == "REQUEST"
    assert (event.uid, event["SEQUENCE"]) == (entry(small.calendar()).uid, 1)
    assert event["ATTENDEE"] == "mailto:head@example.org"
    assert event["ORGANIZER"] == "mailto:cot@example.org"


def test_facts_that_only_tell_of_a_date_do_not_move_it(small: Burg) -> None:
    """A reminder names the day its packet was due, an effect check a day months later."""
    small.review("R-1", DUE)
    (opened,) = small.engine.store.read_stream(DISTRICT, "review-R-1")
    told = [
        opened._replace(position=500 + n, fact_position=500 + n, event=fact(kind, day))
        for n, (kind, day) in enumerate(
            [("ReviewReminderSent", LATER), ("ReviewPostponed", LATER), ("EffectCheckDue", DUE)]
        )
    ]
    assert (course_of([opened, *told]).due_on, course_of([opened, *told]).moves) == (LATER, 1)
    assert course_of([opened, told[0]]).moves == 0
    held = opened._replace(position=499, fact_position=499, event=fact("ReviewHeld", LATER))
    assert course_of([opened, held, *told]).due_on == DUE


def fact(kind: str, day: date) -> Any:
    """A fact of a type that the reader of dates knows by its name alone."""
    from domain.message import DomainEvent

    made = type(kind, (DomainEvent,), {"__annotations__": {"due_on": date}})
    return made(due_on=day)
