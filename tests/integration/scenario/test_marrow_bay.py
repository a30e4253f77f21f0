"""The fictional district Marrow Bay, replayed from commands, shows what its story says it must."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.handling import folded
from cot_flows.projecting import project
from cot_flows.scenarios.marrow_bay import Played, check, play
from cot_flows.scenarios.marrow_bay.beginning import THANKSGIVING
from cot_flows.scenarios.marrow_bay.checking import Check
from cot_flows.scenarios.marrow_bay.expectations import (
    AS_NOW,
    AS_THEN,
    END_STATE,
    EXPECTED,
    Expected,
)
from cot_flows.scenarios.marrow_bay.meetings import BY_HAND
from cot_flows.scenarios.marrow_bay.new_chair import FORM, LETTER, MANAGERS
from cot_flows.scenarios.marrow_bay.partnerships import TIME
from cot_flows.scenarios.marrow_bay.people import CHIEF_OF_STAFF, INTERIM
from cot_flows.scenarios.marrow_bay.timeline import steps, sweep_days
from domain.facts import pdsa
from domain.facts.action import (
    ActionItemAccepted,
    ActionItemDueDateMoved,
    ActionItemEscalated,
    ActionItemOpened,
    ActionItemVerified,
)
from domain.facts.district import SchoolCalendarPublished
from domain.facts.measurement import MeasurementRecorded
from domain.facts.partnership import PartnershipFormed, PartnershipInterrupted
from domain.facts.review import ReviewScheduled, ReviewTriggered
from domain.facts.review_course import (
    ReviewEffectChecked,
    ReviewEscalated,
    ReviewLapsed,
    ReviewPacketFrozen,
    ReviewPostponed,
)
from domain.facts.theory import THEORY
from domain.theory import TheoryState
from events.envelope import RecordedEvent
from events.errors import LogDiffers
from events.verify import verify_log
from projections.catalogue import PROJECTIONS
from projections.checking import check as check_projections
from projections.reading import Answer, read
from tests.integration.scenario.reviews_of_the_story import REVIEWS, as_recorded

pytestmark = pytest.mark.slow

END = date(2026, 12, 31)
TOLD = len(steps()) - 1 + 2
"""Events by people: one step is refused, and the merger of two units registers the one that goes on
and hands their open work over."""

A3 = (date(2025, 8, 5), date(2025, 10, 30), date(2026, 1, 28), date(2026, 6, 3))
LAPSING = ReviewLapsed | ReviewEscalated


@dataclass(frozen=True, slots=True)
class Replayed:
    """A district that was played to its end, and what playing said."""

    engine: Engine
    district: str
    played: Played
    before_projecting: dict[str, Answer]

    def log(self) -> list[RecordedEvent]:
        return self.engine.store.read_log(self.district, after=0, limit=10_000)


@pytest.fixture(scope="module")
def marrow_bay(engine: Engine) -> Replayed:
    """One district for the tests that only read: the whole story, projected."""
    district = f"marrow-bay-{uuid4().hex[:8]}"
    played = play(engine, district=district)
    before = {each.name: answered(engine, district, each.name) for each in PROJECTIONS}
    project(engine, district)
    return Replayed(engine, district, played, before)


def answered(engine: Engine, district: str, projection: str) -> Answer:
    """All rows of a projection at the end of the story."""
    with engine.reading() as connection:
        return read(connection, projection, district, today=END)


def test_every_row_is_seen_as_the_story_tells_it(marrow_bay: Replayed) -> None:
    assert check(marrow_bay.engine, district=marrow_bay.district) == []


def test_the_check_reports_a_story_that_is_told_otherwise(marrow_bay: Replayed) -> None:
    otherwise = Expected(
        0,
        date(2026, 2, 13),
        stages={"HR": "S5"},
        levels={("unit:HR", "D3.1"): 3},
        medians={"HR": 9.0},
        shows={"HR": ("stalled",)},
        lacks={"IT": ("stalled",)},
        chair="a-999",
    )
    found = Check(marrow_bay.engine, marrow_bay.district, otherwise).differences()
    assert len(found) == 6
    assert all(each.startswith("row 0, known on 2026-02-13") for each in found)


def test_every_step_is_recorded_except_the_one_that_must_be_refused(marrow_bay: Replayed) -> None:
    played, log = marrow_bay.played, marrow_bay.log()
    assert played.steps == len(steps())
    assert played.recognised == 0
    assert played.recorded == len(log)
    assert sum(each.source == "scenario" for each in log) == TOLD


def test_sustaining_is_refused_and_the_refusal_names_the_criterion(marrow_bay: Replayed) -> None:
    (refusal,) = marrow_bay.played.refusals
    assert (refusal.row, refusal.day, refusal.rule) == (69, date(2026, 10, 28), "gate_unmet")
    assert "two_quarterly_reviews_without_regression" in refusal.message


def test_the_board_at_the_end_shows_the_stages_of_the_story(marrow_bay: Replayed) -> None:
    answer = answered(marrow_bay.engine, marrow_bay.district, "unit_progress")
    assert answer.live
    running = [row for row in answer.rows if row["ended_on"] is None]
    assert {row["unit"]: row["stage"] for row in running} == END_STATE
    assert len(running) == 23
    assert {row["unit"] for row in answer.rows} - set(END_STATE) == {"FED", "PRO"}


@pytest.mark.parametrize("projection", [each.name for each in PROJECTIONS])
def test_live_rows_equal_the_rows_as_of_the_end(marrow_bay: Replayed, projection: str) -> None:
    live = answered(marrow_bay.engine, marrow_bay.district, projection)
    before = marrow_bay.before_projecting[projection]
    assert (live.live, before.live) == (True, False)
    assert len(live.rows) >= len(END_STATE)
    assert live.rows == before.rows


def test_auditors_see_the_state_of_march_as_known_then_and_as_known_now(
    marrow_bay: Replayed,
) -> None:
    assert (AS_THEN.known_on, AS_NOW.effective_on) == (date(2026, 3, 1), date(2026, 3, 1))
    for expected, level in ((AS_THEN, 2), (AS_NOW, 1)):
        assert expected in EXPECTED
        assert expected.levels == {("unit:HR", "D3.1"): level}
        assert Check(marrow_bay.engine, marrow_bay.district, expected).differences() == []


def test_the_sweep_opens_the_review_of_the_stalled_unit_by_itself(marrow_bay: Replayed) -> None:
    (opened,) = [
        each
        for each in marrow_bay.log()
        if isinstance(each.event, ReviewTriggered)
        and each.event.about == "unit:IT"
        and each.recorded_at.date() == date(2026, 2, 14)  # 17:00 in California, in UTC
    ]
    event = opened.event
    assert isinstance(event, ReviewTriggered)
    assert (opened.actor, opened.source) == ("scheduler", "scheduler")
    assert (event.rule, event.policy, event.review_type) == ("stalled_unit", "stalled-unit", "R6")
    assert event.due_on == date(2026, 3, 2)
    (fact,) = event.facts
    assert "2025-12-15, 60 days ago" in fact.shows
    behind = marrow_bay.log()[fact.position - 1]
    assert (behind.occurred_on, "unit:IT" in behind.subjects) == (date(2025, 12, 15), True)


def test_all_reviews_open_and_end_by_what_and_when_the_story_says(marrow_bay: Replayed) -> None:
    assert sorted(as_recorded(marrow_bay.log())) == sorted(REVIEWS)


def test_what_is_not_called_by_hand_opens_by_a_rule_and_names_the_facts(
    marrow_bay: Replayed,
) -> None:
    by_calendar = "district-quarterly-review"
    for each in marrow_bay.log():
        if isinstance(each.event, ReviewScheduled | ReviewTriggered):
            by_hand = each.event.policy == BY_HAND
            assert (each.actor == "scheduler") is not by_hand
            assert each.event.facts or by_hand or each.event.policy == by_calendar


def test_the_theory_is_revised_and_its_assumptions_judged(marrow_bay: Replayed) -> None:
    stream = TheoryState.stream(THEORY)
    engine = marrow_bay.engine

    def theory(day: date) -> TheoryState:
        position = engine.store.position_known_at(marrow_bay.district, day)
        state = folded(
            stream, engine.store.read_stream(marrow_bay.district, stream, up_to=position)
        )
        assert isinstance(state, TheoryState)
        return state

    assert [(day, theory(day).version, theory(day).assumptions["A3"].status) for day in A3] == [
        (A3[0], 1, "open"),
        (A3[1], 1, "weak"),
        (A3[2], 1, "open"),
        (A3[3], 2, "open"),
    ]
    revised = theory(A3[3]).assumptions
    assert len(theory(A3[0]).assumptions) == 6
    assert (revised["A5"].status, revised["A7"].status) == ("dropped", "open")


def test_all_principals_are_partnered_and_payroll_took_41_half_days(marrow_bay: Replayed) -> None:
    log = marrow_bay.log()
    formed = [each.occurred_on for each in log if isinstance(each.event, PartnershipFormed)]
    taken = [
        (each.occurred_on, each.event.half_days_lost)
        for each in log
        if isinstance(each.event, PartnershipInterrupted)
    ]
    assert Counter(formed) == {date(2025, 9, 5): 52, date(2025, 12, 1): 10}
    assert sum(half_days for _, half_days in taken) == 41
    days = [day for day, _ in taken]
    assert (min(days), max(days)) == (date(2025, 10, 6), date(2025, 10, 24))


def test_the_calendar_samples_and_the_tests_of_change_are_told_as_such(
    marrow_bay: Replayed,
) -> None:
    log = marrow_bay.log()
    samples = [
        (each.event.period_to, each.event.value)
        for each in log
        if isinstance(each.event, MeasurementRecorded) and each.event.measure == TIME
    ]
    assert samples == [
        (date(2025, 10, 17), "31"),
        (date(2026, 2, 2), "61"),
        (date(2026, 8, 24), "47"),
    ]
    studied = [
        (each.event.test, each.event.matched)
        for each in log
        if isinstance(each.event, pdsa.TestStudied)
    ]
    decided = [
        (each.event.test, each.event.decision)
        for each in log
        if isinstance(each.event, pdsa.TestDecided)
    ]
    assert studied == [("PDSA-1", "missed"), ("PDSA-2", "met")]
    assert decided == [("PDSA-1", "adapt"), ("PDSA-2", "adopt")]


def test_promises_are_accepted_by_their_owners_and_verified_by_others(
    marrow_bay: Replayed,
) -> None:
    log = marrow_bay.log()
    owners = {e.event.action: e.event.owner for e in log if isinstance(e.event, ActionItemOpened)}
    accepted = {e.event.action: e.actor for e in log if isinstance(e.event, ActionItemAccepted)}
    verified = {e.event.action: e.actor for e in log if isinstance(e.event, ActionItemVerified)}
    passed_on = {LETTER: INTERIM}
    assert accepted == owners | passed_on
    assert set(verified) == set(owners) == {"X17-issue-desk", "X50-clerk", LETTER, MANAGERS, FORM}
    assert all(verified[action] != owner for action, owner in accepted.items())


def test_a_promise_of_june_climbs_by_itself_until_the_new_chair_confirms_it(
    marrow_bay: Replayed,
) -> None:
    climbed = [
        (each.event.action, each.event.level, each.occurred_on, each.actor)
        for each in marrow_bay.log()
        if isinstance(each.event, ActionItemEscalated)
    ]
    assert climbed == [
        (FORM, "owner", date(2026, 7, 1), "scheduler"),
        (FORM, "head", date(2026, 7, 8), "scheduler"),
        (FORM, "chair", date(2026, 7, 15), "scheduler"),
        (FORM, "superintendent", date(2026, 7, 29), "scheduler"),
    ]


def test_the_new_chair_confirms_each_open_promise_and_puts_the_quarterly_review_off(
    marrow_bay: Replayed,
) -> None:
    day = date(2026, 8, 4)
    log = [each for each in marrow_bay.log() if each.occurred_on == day]
    confirmed = {
        each.event.action
        for each in log
        if isinstance(each.event, ActionItemAccepted | ActionItemDueDateMoved)
    }
    before = marrow_bay.engine.store.position_known_at(marrow_bay.district, day - timedelta(days=1))
    owed = {
        e.event.action for e in marrow_bay.log()[:before] if isinstance(e.event, ActionItemOpened)
    }
    done = {
        e.event.action for e in marrow_bay.log()[:before] if isinstance(e.event, ActionItemVerified)
    }
    assert confirmed == owed - done == {LETTER, MANAGERS, FORM}
    (calendar,) = [e.event for e in log if isinstance(e.event, SchoolCalendarPublished)]
    assert set(THANKSGIVING) <= set(calendar.closed_days)
    postponed = [(e.actor, e.event.due_on) for e in log if isinstance(e.event, ReviewPostponed)]
    assert postponed == [(CHIEF_OF_STAFF, date(2026, 10, 28))]


def test_what_was_decided_is_asked_about_later_and_answered(marrow_bay: Replayed) -> None:
    answered = [
        (each.event.verdict, each.occurred_on)
        for each in marrow_bay.log()
        if isinstance(each.event, ReviewEffectChecked)
    ]
    assert answered == [
        ("worked", date(2026, 2, 2)),
        ("partly", date(2026, 5, 15)),
        ("worked", date(2026, 9, 8)),
    ]


def test_three_monthly_reviews_lapse_by_themselves_and_nothing_else_does(
    marrow_bay: Replayed,
) -> None:
    told = [each for each in marrow_bay.log() if isinstance(each.event, LAPSING)]
    assert {each.actor for each in told} == {"scheduler"}
    lapsed = {
        (each.event.review, each.occurred_on)
        for each in told
        if isinstance(each.event, ReviewLapsed)
    }
    assert lapsed == {(f"R2-{unit}-2026-07", date(2026, 7, 27)) for unit in ("HR", "PSU", "FAC")}
    escalated = [
        (each.event.review, each.event.level, each.occurred_on)
        for each in told
        if isinstance(each.event, ReviewEscalated) and each.event.review.startswith("R2-")
    ]
    assert sorted(escalated) == sorted(
        (f"R2-{unit}-2026-07", level, day)
        for unit in ("HR", "PSU", "FAC")
        for level, day in (
            ("chair", date(2026, 7, 20)),
            ("superintendent", date(2026, 7, 27)),
        )
    )


def test_packets_freeze_by_themselves_except_where_the_team_meets_early(
    marrow_bay: Replayed,
) -> None:
    frozen = [each for each in marrow_bay.log() if isinstance(each.event, ReviewPacketFrozen)]
    by_people = [each.occurred_on for each in frozen if each.actor != "scheduler"]
    assert by_people == [date(2025, 10, 27), date(2026, 1, 23), date(2026, 4, 24)]
    assert len(frozen) > 40


def test_the_log_verifies_and_no_slot_holds_two_open_reviews(marrow_bay: Replayed) -> None:
    engine, head = marrow_bay.engine, marrow_bay.engine.store.head(marrow_bay.district)
    with engine.reading() as connection:
        assert verify_log(connection, engine.codec, head) == []
    with engine.projecting() as connection:
        assert check_projections(connection, marrow_bay.district) == []


def test_playing_again_records_nothing(marrow_bay: Replayed) -> None:
    head = marrow_bay.engine.store.head(marrow_bay.district)
    again = play(marrow_bay.engine, district=marrow_bay.district)
    assert (again.recorded, again.recognised) == (0, TOLD)
    assert (again.steps, again.refusals) == (len(steps()), ())
    assert marrow_bay.engine.store.head(marrow_bay.district) == head


def test_a_log_with_another_clock_is_not_played_into(engine: Engine) -> None:
    district = f"taken-{uuid4().hex[:8]}"
    engine.store.create_log(district, clock="server", time_zone="America/Los_Angeles")
    with pytest.raises(LogDiffers, match=district):
        play(engine, district=district)
    assert engine.store.head(district).position == 0


def test_the_replay_sweeps_at_most_ninety_times() -> None:
    assert len(sweep_days()) <= 90
    assert date(2026, 2, 13) in sweep_days()
