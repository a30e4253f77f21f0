"""However late its people meet, a district loses no period for which the calendar asks a review."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cot_flows.bootstrap import Engine
from cot_flows.reviews.policies import NO_CALENDAR
from cot_flows.reviews.rederiving import explain
from cot_flows.reviews.simulation import Wanted, simulate
from cot_flows.reviews.sweep import sweep
from cot_flows.verifying import verify
from domain.facts.district import ReviewPolicyAdopted
from domain.facts.partnership import PartnershipFormed
from domain.facts.review import ReviewScheduled, ReviewTriggerMerged
from domain.facts.unit import UnitStageEntered
from domain.review import CloseReview, HoldReview, RecordDecision
from events.envelope import RecordedEvent
from projections.rules import rule_named
from tests.support.reviewing import BEGAN, DAY, Reviewing, moment

pytestmark = pytest.mark.slow

LAST = BEGAN + timedelta(days=730)
UNITS = {"subject": "unit", "first_stage": "S1", "last_stage": "S5"}
TUESDAYS = " ".join((BEGAN + timedelta(days=49 * number)).isoformat() for number in range(15))
NETWORKS = {"subject": "network", "period": "seven_weeks"}
POLICIES: dict[str, tuple[str, dict[str, Any], int]] = {
    "R2": ("cadence", UNITS | {"period": "month"}, 5),
    "R3": ("cadence", NETWORKS, 5),
    "R4": ("cadence", {"subject": "district", "period": "quarter"}, 10),
    "R7": ("recurrence", UNITS | {"rrule": "FREQ=WEEKLY;INTERVAL=7", "dates": TUESDAYS}, 10),
}
"""By type of review: the rule, its parameters, and the working days until a review is due."""


@dataclass
class Meeting:
    """When a review is held and when it is closed; many are held late, some closed much later."""

    review: str
    held_on: date
    closed_on: date
    held: bool = False


@dataclass
class TwoYears:
    """A district whose sweeps and meetings come on random days."""

    bay: Reviewing
    random: Random
    meetings: list[Meeting] = field(default_factory=list)

    def begin(self, review_type: str) -> None:
        """Put a unit into its first stage and adopt the one policy."""
        rule, parameters, due = POLICIES[review_type]
        self.bay.begin()
        self.bay.put(BEGAN, "unit-HR", UnitStageEntered(unit="HR", from_stage="S0", to_stage="S1"))
        formed = PartnershipFormed(
            partnership="P1", director="a-chair", school="S1", principal="p-1", network="A"
        )
        self.bay.put(BEGAN, "partnerships", formed)
        adopted = ReviewPolicyAdopted(
            policy="the-policy",
            rule=rule,
            rule_digest=rule_named(rule).digest,
            review_type=review_type,
            parameters=parameters,
            due_working_days=due,
            owner_role="steward",
        )
        self.bay.put(BEGAN, "district", adopted)

    def play(self) -> None:
        """Let two years pass."""
        day = BEGAN
        while day <= LAST:
            for meeting in [each for each in self.meetings if each.held_on <= day]:
                self._meet(day, meeting)
            self.bay.night(day)
            for opened in sweep(
                self.bay.engine, self.bay.district, recorded_at=moment(day, 23)
            ).opened:
                if not opened.merged:
                    held_on = opened.due_on + timedelta(
                        days=self.random.choice([-9, 0, 3, 9, 12, 40])
                    )
                    closed_on = held_on + timedelta(days=self.random.choice([0, 0, 20, 200]))
                    self.meetings.append(Meeting(opened.review, max(held_on, day + DAY), closed_on))
            day += timedelta(days=self.random.randint(1, 6))

    def _meet(self, day: date, meeting: Meeting) -> None:
        course = [name for name, _ in self.bay.course(meeting.review)]
        if not meeting.held and "ReviewLapsed" not in course:
            if "ReviewPacketFrozen" not in course:
                self.bay.freeze(day, meeting.review)
            self.bay.say(day, HoldReview(review=meeting.review, present=("a-chair", "a-steward")))
            decision = RecordDecision(
                review=meeting.review, decision="change", title="Go on", insufficient=True
            )
            self.bay.say(day, decision)
            meeting.held = True
        if meeting.held and day >= meeting.closed_on:
            self.bay.say(day, CloseReview(review=meeting.review))
            self.meetings.remove(meeting)
        elif not meeting.held:
            self.meetings.remove(meeting)


def ends(review_type: str) -> dict[str, date]:
    """Return by cause the day from which the working days until it is due are counted."""
    if review_type == "R7":
        return {day: date.fromisoformat(day) for day in TUESDAYS.split(" ")}
    if review_type == "R3":
        first = date(2024, 1, 1)
        weeks = (first + timedelta(days=49 * number) for number in range(30))
        held = {each: each + timedelta(days=48) for each in weeks}
        return {str(each): last for each, last in held.items() if last >= BEGAN}
    months = 1 if review_type == "R2" else 3
    found: dict[str, date] = {}
    for number in range(0, 27, months):
        year, month = divmod(9 + number, 12)
        first = date(2025 + year, month + 1, 1)
        after = divmod(9 + number + months, 12)
        name = f"{first:%Y-%m}" if months == 1 else f"{first.year}-Q{(first.month + 2) // 3}"
        found[name] = date(2025 + after[0], after[1] + 1, 1) - DAY
    return found


def unanswered(events: list[RecordedEvent], review_type: str, about: str) -> list[str]:
    """Return the periods, due a week before the end, without a review and without a stated reason."""
    answers: dict[str, list[RecordedEvent]] = {}
    opened: dict[str, str] = {}
    for recorded in events:
        event = recorded.event
        if isinstance(event, ReviewScheduled):
            opened[event.review] = event.about
        if (
            isinstance(event, ReviewScheduled | ReviewTriggerMerged)
            and opened[event.review] == about
        ):
            answers.setdefault(event.cause_key, []).append(recorded)
    silent = []
    for period, last_day in ends(review_type).items():
        if NO_CALENDAR.add_working_days(last_day, POLICIES[review_type][2]) > LAST - timedelta(
            days=7
        ):
            continue
        (answer,) = answers.get(period, [None])
        if answer is None or (isinstance(answer.event, ReviewTriggerMerged) and not answer.reason):
            silent.append(period)
    return silent


@pytest.mark.parametrize("review_type", POLICIES)
@given(seed=st.integers(0, 10_000))
@example(seed=1)
@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_period_has_its_review_or_says_why_it_is_looked_at_in_another(
    engine: Engine, review_type: str, seed: int
) -> None:
    district = f"p{seed}-{review_type.lower()}"
    if any(head.district == district for head in engine.store.heads()):
        return
    years = TwoYears(Reviewing(engine, district), Random(seed))
    years.begin(review_type)
    years.play()
    events = years.bay.events()
    about = {"R3": "network:A", "R4": "district:all"}.get(review_type, "unit:HR")
    assert unanswered(events, review_type, about) == []
    assert verify(engine, district).findings == ()
    for review in {e.event.review for e in events if isinstance(e.event, ReviewScheduled)}:
        assert explain(engine, district, review).holds
    known_to = events[-1].recorded_at.date()
    simulated = simulate(engine, district, Wanted(BEGAN, known_to, sweeps="as-run"))
    assert simulated.would == simulated.did


def test_a_quarter_that_joined_without_a_reason_counts_as_lost(engine: Engine) -> None:
    years = TwoYears(Reviewing(engine, "told"), Random(1))
    years.begin("R4")
    sweep(engine, "told", recorded_at=moment(BEGAN, 23))
    assert "2026-Q1" in unanswered(years.bay.events(), "R4", "district:all")
