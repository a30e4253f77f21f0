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

from domain.facts.action import ActionItemOpened
from domain.facts.activity import (
    ActivityAnnounced,
    ActivityCompleted,
    ActivityPlanned,
    ActivityReassigned,
    ActivityReported,
    ActivityStarted,
)
from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.facts.correction import FactRetracted
from domain.facts.evidence import (
    EvidenceDisputeSettled,
    EvidenceRetracted,
    EvidenceSubmitted,
)
from domain.facts.review import ReviewClosed, ReviewHeld
from domain.facts.unit import UnitRegistered
from domain.ids import derived_id, subject
from domain.message import DomainEvent, merged_subjects
from events.envelope import NewEvent, RecordedEvent
from events.store import ANY_VERSION, EventStore, StreamWrite
from tests.support.courses import further, opened
from tests.support.turns import doubt, ending, lateness, turn

UNITS = ("HR", "IT", "TL", "PRG")
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


def reaffirm(history: History) -> None:
    """Keep the level of a rating, on other evidence."""
    if not history.evidence:
        return submit(history)
    again = rated(history, history.random.choice(UNITS)).model_dump()
    event = RatingReaffirmed.model_validate(again | {"despite": (history.evidence[0],)})
    return history.record(f"assessment-{event.about.replace(':', '.')}", event)


def retract_evidence(history: History) -> None:
    """Retract a piece of evidence; whoever cites it is concerned."""
    if not history.evidence:
        return submit(history)
    evidence = history.random.choice(history.evidence)
    concerned = cited(history, evidence, "cited evidence retracted")
    event = EvidenceRetracted(evidence=evidence)
    return history.record(f"evidence-{evidence}", event, *concerned)


def dispute(history: History) -> None:
    """Dispute a piece of evidence or settle that, as deciders do: the evidence alone is named."""
    if not history.evidence:
        return submit(history)
    event = doubt(history.random, history.random.choice(history.evidence[-4:]))
    if isinstance(event, EvidenceDisputeSettled) and event.outcome == "upheld":
        cited(history, event.evidence, "dispute of cited evidence upheld")
    return history.record(f"evidence-{event.evidence}", event)


def cited(history: History, evidence: str, what: str) -> tuple[str, ...]:
    """Return whom a piece of evidence concerns; count it when a rating cites it."""
    citing = history.store.read_subjects(history.district, [subject("evidence", evidence)])
    history.covered[what] += any(isinstance(each.event, IndicatorRated) for each in citing)
    return merged_subjects(*(each.subjects for each in citing))


def correct(history: History) -> None:
    """Correct a fact, perhaps one that was corrected before."""
    kinds = (ActivityPlanned, IndicatorRated, UnitRegistered, EvidenceSubmitted)
    candidates = [each for each in history.facts if isinstance(each.event, kinds)]
    again = [each for each in candidates if each.corrects is not None]
    target = history.random.choice(again if history.random.random() < 0.2 and again else candidates)
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


def go_through(history: History) -> None:
    """Move a unit's stage, its gate, its hold or its head."""
    unit = history.random.choice(UNITS)
    history.record(f"unit-{unit}", turn(history.random, unit, history.today))


def reassign(history: History) -> None:
    """Give an activity to other units."""
    if not history.activities:
        return plan(history)
    activity = history.random.choice(sorted(history.activities))
    before = (subject("unit", unit) for unit in history.activities[activity])
    history.activities[activity] = units = history.units()
    event = ActivityReassigned(activity=activity, owner="another", units=units)
    return history.record(f"activity-{activity}", event, *before)


def end(history: History) -> None:
    """Let units end; what is not handed over by name passes to the heir."""
    event = ending(history.random, UNITS)
    ended = set(event.ending())
    history.covered["work left"] += any(ended & set(of) for of in history.activities.values())
    history.record("district", event)


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
    history.record(f"review-{name}", opened(name, about, history.today))


def act(history: History) -> None:
    """Open an action item of a review, or let something become of one."""
    if not history.reviews:
        return open_review(history)
    if history.actions and history.random.random() < 0.7:
        action = history.random.choice(sorted(history.actions))
        concerned = history.actions[action].split()
        moved = lateness(history.random, action, UNITS, history.today)
        history.actions[action] = " ".join(merged_subjects(concerned, moved.subjects()[1:]))
        return history.record(f"action-{action}", moved, *concerned)
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
    correct,
    take_back,
    reaffirm,
    dispute,
    dispute,
    go_through,
    go_through,
    go_through,
    go_through,
    go_through,
    reassign,
    reassign,
    end,
    review,
    review,
    act,
    act,
    act,
    act,
)
"""What may happen; what is named twice happens twice as often."""
