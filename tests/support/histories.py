"""Random histories of a small district: what happens, in an order and with dates that may surprise.

A history is made from a seed by a generator of its own, so that it can be made again. It writes
events straight into the log, without the deciders: the queries must cope with all that a log can
hold, not only with what today's rules let in.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from domain.facts.action import ActionItemCompleted, ActionItemOpened
from domain.facts.activity import (
    ActivityAnnounced,
    ActivityCompleted,
    ActivityPlanned,
    ActivityReported,
    ActivityStarted,
)
from domain.facts.assessment import IndicatorRated
from domain.facts.correction import FactRetracted
from domain.facts.evidence import EvidenceRetracted, EvidenceSubmitted
from domain.facts.review import ReviewClosed, ReviewHeld, ReviewTriggered
from domain.facts.unit import (
    GateCriterionAttested,
    UnitHeadAssigned,
    UnitHeadVacated,
    UnitHoldLifted,
    UnitPutOnHold,
    UnitRegistered,
    UnitStageEntered,
    UnitStageReverted,
)
from domain.ids import derived_id, subject
from domain.message import DomainEvent, merged_subjects
from events.envelope import NewEvent, RecordedEvent
from events.store import ANY_VERSION, EventStore, StreamWrite
from tests.support.courses import further

UNITS = ("HR", "IT", "TL")
INDICATORS = ("D2.5", "D3.1", "D3.2", "D5.1")
DIGEST = "sha256:" + "0" * 64
FIRST_DAY = date(2025, 9, 1)


@dataclass
class History:
    """A log under way. `covered` counts what a property must have seen to mean anything."""

    store: EventStore
    district: str
    random: Random
    today: date = FIRST_DAY
    number: int = 0
    covered: Counter[str] = field(default_factory=Counter)
    facts: list[RecordedEvent] = field(default_factory=list)
    activities: dict[str, tuple[str, ...]] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)
    reviews: dict[str, str] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Begin the log and register the units."""
        begins = datetime.combine(FIRST_DAY, time(0), UTC)
        self.store.create_log(self.district, clock="simulated", time_zone="UTC", begins_at=begins)
        for unit in UNITS:
            self.record(f"unit-{unit}", UnitRegistered(unit=unit, name=f"Unit {unit}"))

    def step(self) -> None:
        """Let a few days pass, perhaps, and one thing happen."""
        self.today += timedelta(days=self.random.choice((0, 0, 0, 1, 3, 9, 40)))
        self.random.choice(STEPS)(self)

    def record(
        self,
        stream: str,
        event: DomainEvent,
        *extra: str,
        corrects: RecordedEvent | None = None,
    ) -> None:
        """Append one event, effective before, on or after the day it is recorded."""
        self.number += 1
        shift = self.random.choice((0, 0, 0, -20, -3, 5, 30))
        self.covered["effective later"] += shift > 0
        new = NewEvent(
            event=event,
            event_id=derived_id("history", self.district, str(self.number)),
            occurred_on=self.today,
            precision="day",
            effective_from=self.today + timedelta(days=shift),
            actor="someone",
            source="scenario",
            correlation_id=UUID(int=self.number),
            subjects=merged_subjects(event.subjects(), extra),
            corrects=corrects.event_id if corrects else None,
        )
        moment = datetime.combine(self.today, time(12), UTC)
        write = StreamWrite(stream, (new,), ANY_VERSION)
        self.store.append(self.district, [write], recorded_at=moment)
        recorded = self.store.find(self.district, new.event_id)
        assert recorded is not None
        self.facts.append(recorded)
        self.covered[event.type_name()] += 1

    def units(self) -> tuple[str, ...]:
        """Return one unit, or several."""
        count = self.random.choice((1, 1, 2, 3))
        self.covered["several units"] += count > 1
        return tuple(sorted(self.random.sample(UNITS, count)))

    def new_id(self, kind: str) -> str:
        """Return an id that this history has not used."""
        return f"{kind}{self.number + 1}"


def plan(history: History) -> None:
    """Plan an activity of one or several units."""
    units, activity = history.units(), history.new_id("A")
    history.activities[activity] = units
    history.record(f"activity-{activity}", planned(history, activity, units))


def planned(history: History, activity: str, units: tuple[str, ...]) -> ActivityPlanned:
    """Return a plan with dates around today."""
    due = history.today + timedelta(days=history.random.choice((3, 30)))
    return ActivityPlanned(
        activity=activity,
        title=f"Activity {activity}",
        units=units,
        dimension=history.random.randint(1, 5),
        owner="someone",
        starts_on=history.today,
        due_on=due,
    )


def go_on(history: History) -> None:
    """Start or complete an activity."""
    if not history.activities:
        return plan(history)
    activity = history.random.choice(sorted(history.activities))
    event: DomainEvent = ActivityStarted(activity=activity)
    if history.random.random() < 0.6 and history.evidence:
        cited = history.random.choice(history.evidence)
        event = ActivityCompleted(activity=activity, evidence=(cited,))
    units = (subject("unit", unit) for unit in history.activities[activity])
    return history.record(f"activity-{activity}", event, *units)


def publish(history: History) -> None:
    """Report or announce something from a publication."""
    kind = history.random.choice((ActivityReported, ActivityAnnounced))
    activity = history.new_id("P")
    event = kind(
        activity=activity,
        external_id=activity,
        kind="unit_restructured",
        unit=history.random.choice(UNITS),
        dimension=history.random.randint(1, 5),
        title="Published",
        last_day=history.today,
    )
    history.record(f"activity-{activity}", event)


def submit(history: History) -> None:
    """Put a piece of evidence on record, about some units or none."""
    evidence = history.new_id("E")
    history.evidence.append(evidence)
    units = history.units() if history.random.random() < 0.5 else ()
    event = EvidenceSubmitted(
        evidence=evidence,
        title="Evidence",
        kind="survey",
        digest=DIGEST,
        location="archive",
        collected_from=history.today - timedelta(days=9),
        collected_to=history.today - timedelta(days=history.random.choice((1, 100, 300))),
        source_key=f"source-{history.random.randint(1, 3)}",
        units=units,
    )
    history.record(f"evidence-{evidence}", event)


def rate(history: History) -> None:
    """Rate an indicator of a unit on some evidence."""
    if not history.evidence:
        return submit(history)
    unit = history.random.choice(UNITS)
    return history.record(f"assessment-unit.{unit}", rated(history, unit))


def rated(history: History, unit: str) -> IndicatorRated:
    """Return a rating of a unit."""
    count = min(len(history.evidence), history.random.choice((1, 2)))
    return IndicatorRated(
        about=f"unit:{unit}",
        indicator=history.random.choice(INDICATORS),
        level=history.random.randint(0, 3),
        rubric_version="1.0",
        evidence=tuple(sorted(history.random.sample(history.evidence, count))),
        raters=("someone",),
    )


def retract_evidence(history: History) -> None:
    """Retract a piece of evidence; whoever cites it is concerned."""
    if not history.evidence:
        return submit(history)
    evidence = history.random.choice(history.evidence)
    citing = history.store.read_subjects(history.district, [subject("evidence", evidence)])
    history.covered["cited evidence retracted"] += any(
        isinstance(each.event, IndicatorRated) for each in citing
    )
    concerned = merged_subjects(*(each.subjects for each in citing))
    event = EvidenceRetracted(evidence=evidence)
    return history.record(f"evidence-{evidence}", event, *concerned)


def correct(history: History) -> None:
    """Correct a fact, perhaps one that was corrected before."""
    kinds = (ActivityPlanned, IndicatorRated, UnitRegistered, EvidenceSubmitted)
    candidates = [each for each in history.facts if isinstance(each.event, kinds)]
    target = history.random.choice(candidates)
    history.covered["correction of a correction"] += target.corrects is not None
    history.record(
        target.stream,
        corrected(history, target.event),
        *_carried(history, target),
        corrects=target,
    )


def corrected(history: History, event: DomainEvent) -> DomainEvent:
    """Return the same fact, told otherwise."""
    match event:
        case ActivityPlanned(activity=activity):
            units = history.units()
            history.activities[activity] = units
            return planned(history, activity, units)
        case IndicatorRated(about=about):
            return rated(history, about.partition(":")[2])
        case EvidenceSubmitted():
            return event.model_copy(update={"collected_to": history.today, "units": ()})
        case _:
            return event.model_copy(update={"name": f"Renamed {history.number}"})


def take_back(history: History) -> None:
    """Take a fact back, with all its corrections."""
    opening = (UnitRegistered, EvidenceSubmitted)
    candidates = [e for e in history.facts if not isinstance(e.event, (*opening, FactRetracted))]
    if not candidates:
        return plan(history)
    target = history.random.choice(candidates)
    event = FactRetracted(type_retracted=target.type_name)
    return history.record(target.stream, event, *_carried(history, target), corrects=target)


def _carried(history: History, target: RecordedEvent) -> tuple[str, ...]:
    of_fact = [e for e in history.facts if e.fact_position == target.fact_position]
    concerned = merged_subjects(*(each.subjects for each in of_fact))
    if isinstance(target.event, EvidenceSubmitted):
        about = subject("evidence", target.event.evidence)
        citing = history.store.read_subjects(history.district, [about])
        return merged_subjects(concerned, *(each.subjects for each in citing))
    return concerned


def move_stage(history: History) -> None:
    """Enter or revert a stage."""
    unit = history.random.choice(UNITS)
    low, high = sorted(history.random.sample(range(7), 2))
    event: DomainEvent = UnitStageEntered(unit=unit, from_stage=f"S{low}", to_stage=f"S{high}")
    if history.random.random() < 0.3:
        event = UnitStageReverted(
            unit=unit, from_stage=f"S{high}", to_stage=f"S{low}", review="R", evidence=()
        )
    history.record(f"unit-{unit}", event)


def attest(history: History) -> None:
    """Attest a gate criterion, or withdraw that."""
    unit = history.random.choice(UNITS)
    event = GateCriterionAttested(
        unit=unit,
        stage="S0",
        criterion="rating_plan_set",
        met=history.random.random() < 0.7,
        evidence=(),
    )
    history.record(f"unit-{unit}", event)


def hold(history: History) -> None:
    """Put a unit on hold, or lift a hold."""
    unit = history.random.choice(UNITS)
    event: DomainEvent = UnitHoldLifted(unit=unit)
    if history.random.random() < 0.6:
        until = history.today + timedelta(days=60)
        event = UnitPutOnHold(unit=unit, until=until, approver="someone")
    history.record(f"unit-{unit}", event)


def staff(history: History) -> None:
    """Assign or vacate a unit's head."""
    unit = history.random.choice(UNITS)
    kind = history.random.choice((UnitHeadAssigned, UnitHeadVacated))
    history.record(f"unit-{unit}", kind(unit=unit, head="someone"))


def review(history: History) -> None:
    """Open, hold or close a review."""
    going = sorted(history.reviews)
    if not going or history.random.random() < 0.4:
        return open_review(history)
    name = history.random.choice(going)
    event: DomainEvent = ReviewHeld(review=name, present=("someone",))
    chance = history.random.random()
    if chance < 0.3:
        event = ReviewClosed(review=name)
        history.covered["closure"] += 1
    elif chance < 0.75:
        event = further(history.random, name, sorted(history.reviews), history.today)
    return history.record(f"review-{name}", event, history.reviews[name])


def open_review(history: History) -> None:
    """Open a review of a unit."""
    name, about = history.new_id("R"), f"unit:{history.random.choice(UNITS)}"
    history.reviews[name] = about
    event = ReviewTriggered(
        review=name,
        review_type="R6",
        about=about,
        title="Review",
        due_on=history.today + timedelta(days=14),
        policy="policy",
        rule="rule",
        rule_digest=DIGEST,
        cause_key=name,
        as_of_position=1,
        as_of_date=history.today,
        facts=(),
    )
    history.record(f"review-{name}", event)


def act(history: History) -> None:
    """Open an action item of a review, or complete one."""
    if not history.reviews:
        return open_review(history)
    if history.actions and history.random.random() < 0.5:
        action = history.random.choice(sorted(history.actions))
        done = ActionItemCompleted(action=action, evidence=("E0",))
        return history.record(f"action-{action}", done, *history.actions[action].split())
    action, name = history.new_id("T"), history.random.choice(sorted(history.reviews))
    unit = history.random.choice(UNITS)
    history.actions[action] = f"review:{name} unit:{unit}"
    event = ActionItemOpened(
        action=action,
        title="Action",
        review=name,
        unit=unit,
        owner="someone",
        due_on=history.today + timedelta(days=7),
        shows_it_worked="It worked",
    )
    return history.record(f"action-{action}", event)


STEPS: tuple[Callable[[History], None], ...] = (
    plan,
    plan,
    go_on,
    go_on,
    publish,
    publish,
    submit,
    rate,
    rate,
    rate,
    retract_evidence,
    correct,
    correct,
    take_back,
    move_stage,
    move_stage,
    move_stage,
    attest,
    hold,
    staff,
    review,
    act,
)
"""What may happen; what is named twice happens twice as often."""
