"""Reviews run their course by themselves: on the right day, once, and whatever was missed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from hashlib import sha256

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.projecting import project
from cot_flows.reviews.packet import packet
from cot_flows.reviews.sweep import sweep
from cot_flows.verifying import verify
from domain.action import DropActionItem, OpenActionItem
from domain.actor import RegisterActor, RetireActor
from domain.errors import Rejected
from domain.facts.review import ReviewScheduled, ReviewTriggered
from domain.facts.review_course import ENDINGS, ReviewEscalated, ReviewLapsed, ReviewPacketFrozen
from domain.facts.unit import UnitStageEntered
from domain.ids import review_slot
from domain.review import CloseReview, HoldReview, RecordDecision
from domain.review_course import CancelReview, CheckReviewEffect, PostponeReview
from domain.review_cycle import AdoptReviewCycleRules
from projections.reading import read
from tests.support.crashing import Crash, dying
from tests.support.reviewing import BEGAN, DAY, DUE, Reviewing, moment

OPENED = date(2025, 10, 6)
FROZEN, CHAIR, LAPSED = date(2025, 10, 21), date(2025, 10, 31), date(2025, 11, 7)


@pytest.fixture
def bay(engine: Engine) -> Reviewing:
    """Set up a district without policies: reviews are called by hand."""
    return Reviewing(engine, "bay").begin()


def row(bay: Reviewing, review: str) -> dict[str, object]:
    """Return a review's row of the queue as it looks at the log's end."""
    head = bay.engine.store.head(bay.district)
    with bay.engine.reading() as connection:
        answer = read(
            connection,
            "review_queue",
            bay.district,
            keys=[f"review:{review}"],
            today=head.recorded_at.date(),
        )
    return answer.rows[0]


def test_a_review_runs_from_its_trigger_to_its_effect_on_the_scripted_days(bay: Reviewing) -> None:
    bay.open(OPENED, "R1")
    bay.nights(OPENED, FROZEN)
    assert row(bay, "R1")["phase"] == "packet_frozen"
    bay.hold(DUE, "R1")
    bay.nights(DUE, date(2026, 2, 24))
    assert row(bay, "R1")["effect_due_on"] == date(2026, 2, 21)
    bay.say(date(2026, 2, 25), CheckReviewEffect(review="R1", verdict="worked", insufficient=True))
    bay.nights(date(2026, 2, 25), date(2026, 3, 4))
    assert bay.course("R1") == [
        ("ReviewTriggered", OPENED),
        ("ReviewPacketFrozen", FROZEN),
        ("ReviewHeld", DUE),
        ("DecisionRecorded", DUE),
        ("ReviewClosed", DUE),
        ("EffectCheckDue", date(2025, 12, 23)),
        ("ReviewReminderSent", date(2026, 2, 23)),  # The 120th day is a Saturday.
        ("ReviewEffectChecked", date(2026, 2, 25)),
    ]
    assert row(bay, "R1")["phase"] == "effect_checked"
    assert row(bay, "R1")["ended_as"] == "closed"


def test_a_review_that_nobody_holds_is_put_before_the_chair_and_lapses(bay: Reviewing) -> None:
    bay.open(OPENED, "R1")
    bay.nights(OPENED, date(2025, 11, 20))
    assert bay.course("R1") == [
        ("ReviewTriggered", OPENED),
        ("ReviewPacketFrozen", FROZEN),
        ("ReviewEscalated", CHAIR),
        ("ReviewLapsed", LAPSED),
        ("ReviewEscalated", LAPSED),
    ]
    seen = row(bay, "R1")
    assert (seen["phase"], seen["status"], seen["ended_as"]) == ("lapsed", "lapsed", "lapsed")
    assert (seen["overdue"], seen["days_until_due"]) == (False, None)
    lapsed, told = [each.event for each in bay.events() if each.source == "scheduler"][-2:]
    assert isinstance(lapsed, ReviewLapsed)
    assert (lapsed.due_on, lapsed.after_working_days) == (DUE, 10)
    assert isinstance(told, ReviewEscalated)
    assert told.level == "superintendent"


def test_running_twice_records_nothing_twice(bay: Reviewing) -> None:
    bay.open(OPENED, "R1")
    for day in (FROZEN, CHAIR, LAPSED):
        assert len(bay.night(day).taken) == 1
        before = bay.events()
        assert bay.night(day).taken == ()
        assert bay.events() == before


def test_a_postponed_review_gets_a_new_packet_before_its_new_date(bay: Reviewing) -> None:
    bay.open(OPENED, "R1")
    bay.nights(OPENED, FROZEN)
    later = date(2025, 11, 7)
    bay.say(date(2025, 10, 22), PostponeReview(review="R1", due_on=later), reason="illness")
    seen = row(bay, "R1")
    assert (seen["due_on"], seen["postponed_count"]) == (later, 1)
    assert (seen["phase"], seen["packet_digest"]) == ("preparing", None)
    bay.nights(date(2025, 10, 22), later)
    assert bay.course("R1")[-1] == ("ReviewPacketFrozen", date(2025, 11, 4))


def test_a_packet_can_be_computed_again_from_what_its_event_says(bay: Reviewing) -> None:
    bay.open(OPENED, "R1")
    bay.night(FROZEN)
    bay.open(DUE, "R2", date(2025, 11, 14))
    frozen = next(e.event for e in bay.events() if isinstance(e.event, ReviewPacketFrozen))
    place = (frozen.as_known_position, frozen.as_effective_on)
    content = packet(bay.engine, bay.district, "R1", *place).content
    assert f"sha256:{sha256(content).hexdigest()}" == frozen.digest
    assert b"it changed" in content
    assert "units: 1" in frozen.inputs
    project(bay.engine, bay.district)
    assert packet(bay.engine, bay.district, "R1", *place).content == content
    head = bay.engine.store.head(bay.district).position
    assert packet(bay.engine, bay.district, "R1", head, DUE).content != content


def test_what_was_missed_is_caught_up_in_order_under_its_own_days(
    engine: Engine, bay: Reviewing
) -> None:
    missed = Reviewing(engine, "missed").begin()
    for each in (bay, missed):
        each.open(OPENED, "R1")
        each.open(OPENED, "R2", date(2025, 10, 28), "unit:IT")
    bay.nights(OPENED, date(2025, 11, 14))
    report = missed.night(date(2025, 11, 14))
    assert missed.scheduled() == bay.scheduled()
    assert [each.day for each in report.taken] == sorted(each.day for each in report.taken)
    late = [each for each in missed.events() if each.source == "scheduler"]
    assert all(each.reason and each.recorded_at.date() > each.occurred_on for each in late)
    digests = [
        [e.event.digest for e in one.events() if isinstance(e.event, ReviewPacketFrozen)]
        for one in (bay, missed)
    ]
    assert len(digests[0]) == len(digests[1]) == 2


def test_more_than_a_year_is_caught_up_without_anyones_approval(bay: Reviewing) -> None:
    bay.open(OPENED, "R1")
    bay.night(date(2026, 12, 1))
    assert bay.course("R1")[-1] == ("ReviewEscalated", LAPSED)


@pytest.mark.parametrize("point", ["before-step", "after-step"])
@pytest.mark.parametrize("times", [1, 2, 3, 4, 5, 6])
def test_a_run_that_dies_goes_on_where_it_stopped(engine: Engine, point: str, times: int) -> None:
    whole, killed = Reviewing(engine, "whole").begin(), Reviewing(engine, "killed").begin()
    for each in (whole, killed):
        each.open(OPENED, "R1")
        each.open(OPENED, "R2", date(2025, 10, 28), "unit:IT")
    day = date(2025, 11, 14)
    assert len(whole.night(day).taken) == 6
    with pytest.raises(Crash):
        killed.night(day, dying(point, times))
    killed.night(day)
    logs = [
        [(e.position, e.stream, e.event, e.occurred_on, e.recorded_at) for e in one.events()]
        for one in (whole, killed)
    ]
    assert logs[0] == logs[1]


def test_runs_at_once_record_every_step_once(engine: Engine) -> None:
    alone, together = Reviewing(engine, "alone").begin(), Reviewing(engine, "together").begin()
    for each in (alone, together):
        for number in range(4):
            each.open(OPENED, f"R{number}", DUE + number * DAY, f"dimension:{number + 1}")
    day = date(2025, 11, 14)
    alone.night(day)
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(together.night, [day] * 3))
    assert sorted(together.scheduled()) == sorted(alone.scheduled())
    taken = [(each.named.review, each.step) for report in reports for each in report.taken]
    assert len(taken) == len(set(taken)) == 12
    assert all(report.refused == () for report in reports)


def test_a_step_that_is_refused_is_told_and_leaves_the_log_as_it_was(bay: Reviewing) -> None:
    bay.open(OPENED, "R1")
    bay.say(OPENED, RetireActor(actor="scheduler"))
    before = bay.events()
    (refused,) = bay.night(FROZEN).refused
    assert (refused.named.review, refused.step) == ("R1", "freeze")
    assert "scheduler" in refused.message
    assert bay.events() == before


def test_where_people_freeze_packets_the_chair_is_told_when_nobody_did(bay: Reviewing) -> None:
    bay.say(BEGAN, AdoptReviewCycleRules(packet_frozen_by="people", lapse_working_days=6))
    bay.open(OPENED, "R1")
    bay.nights(OPENED, date(2025, 11, 20))
    assert bay.course("R1")[1:] == [
        ("ReviewReminderSent", date(2025, 10, 22)),
        ("ReviewEscalated", CHAIR),
        ("ReviewLapsed", date(2025, 11, 3)),
        ("ReviewEscalated", date(2025, 11, 3)),
    ]


def test_an_effect_that_was_too_early_to_tell_is_asked_again(bay: Reviewing) -> None:
    bay.open(OPENED, "R1")
    bay.night(FROZEN)
    bay.hold(DUE, "R1")
    asked = date(2025, 12, 23)
    bay.nights(asked - DAY, asked)
    bay.say(asked + DAY, CheckReviewEffect(review="R1", verdict="too_early", insufficient=True))
    assert (row(bay, "R1")["phase"], row(bay, "R1")["effect_due_on"]) == ("closed", None)
    again = asked + DAY + timedelta(days=60)
    bay.nights(again - DAY, again + 3 * DAY)
    assert [name for name, _ in bay.course("R1")].count("EffectCheckDue") == 2


def test_a_cancelled_review_asks_for_nothing_more(bay: Reviewing) -> None:
    bay.open(OPENED, "R1")
    bay.say(OPENED, CancelReview(review="R1", ground="trigger_void"), reason="wrong unit")
    bay.nights(OPENED, date(2025, 11, 20))
    assert bay.course("R1")[1:] == [("ReviewCancelled", OPENED)]
    assert row(bay, "R1")["ended_as"] == "cancelled"


def test_a_review_does_not_close_while_a_retired_person_owes_its_action(bay: Reviewing) -> None:
    bay.say(BEGAN, RegisterActor(actor="a-head", role="head"))
    bay.open(OPENED, "R1")
    bay.night(FROZEN)
    bay.say(DUE, HoldReview(review="R1", present=("a-chair",)))
    bay.say(DUE, RecordDecision(review="R1", decision="change", title="Go on", insufficient=True))
    bay.say(
        DUE,
        OpenActionItem(
            action="X1",
            title="Meet the schools",
            review="R1",
            owner="a-head",
            due_on=date(2025, 11, 14),
            shows_it_worked="Minutes",
        ),
    )
    bay.say(DUE, RetireActor(actor="a-head"))
    with pytest.raises(Rejected, match="X1"):
        bay.say(DUE, CloseReview(review="R1"))
    bay.say(DUE, DropActionItem(action="X1"), reason="its owner left")
    bay.say(DUE, CloseReview(review="R1"))


def most_open_at_once(bay: Reviewing) -> int:
    """Return how many reviews were ever open at once in one slot."""
    slots: dict[str, str] = {}
    going: dict[str, set[str]] = {}
    most = 0
    for each in bay.events():
        event = each.event
        if isinstance(event, ReviewScheduled | ReviewTriggered):
            slot = review_slot(event.review_type, event.about)
            slots[event.review] = slot
            going.setdefault(slot, set()).add(event.review)
            most = max(most, len(going[slot]))
        elif isinstance(event, ENDINGS):
            going[slots[event.review]].discard(event.review)
    return most


def test_eighteen_months_leave_one_open_review_in_a_slot_and_a_sound_log(engine: Engine) -> None:
    bay = Reviewing(engine, "bay").begin("unit-monthly-review", "district-quarterly-review")
    for unit in ("HR", "IT"):
        entered = UnitStageEntered(unit=unit, from_stage="S0", to_stage="S1")
        bay.put(BEGAN, f"unit-{unit}", entered)
    day, last, held = BEGAN, date(2027, 3, 31), 0
    while day <= last:
        if day.weekday() == 0:
            sweep(engine, bay.district, recorded_at=moment(day, 20))
            project(engine, bay.district)
        for taken in bay.night(day).taken:
            if taken.step == "freeze" and taken.named.about != "unit:IT":
                # Nobody ever holds the reviews of IT.
                held += 1
                bay.hold(day + DAY, taken.named.review)
        day += DAY if day.day < 28 else 2 * DAY
    kinds = [each.type_name for each in bay.events()]
    # A cause of the next period joins a review that is still open, so about every second opens one.
    assert held > 10
    assert kinds.count("ReviewLapsed") > 5
    assert kinds.count("EffectCheckDue") > 8
    assert most_open_at_once(bay) == 1
    project(engine, bay.district)
    assert verify(engine, bay.district).findings == ()
