"""A district of about twenty thousand facts: two school years of twenty-four units, made by lot.

The same seed gives the same facts. They come through the log's front door, in the order of their
days, but not through commands: a thousand an append, as an import records them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random

from bench.samples import DIGEST, in_envelope
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.catalogue import shipped_units
from domain.facts.action import ActionItemCompleted, ActionItemOpened
from domain.facts.activity import (
    ActivityAbandoned,
    ActivityCompleted,
    ActivityPlanned,
    ActivityProgressNoted,
    ActivityStarted,
)
from domain.facts.assessment import IndicatorRated
from domain.facts.evidence import EvidenceSubmitted, EvidenceVerified
from domain.facts.review import DecisionRecorded, ReviewClosed, ReviewHeld, ReviewScheduled
from domain.facts.unit import UnitHeadAssigned, UnitStageEntered
from domain.ids import subject
from domain.message import DomainEvent
from domain.rubric import shipped_rubric
from events.envelope import NewEvent
from events.store import ANY_VERSION, EventStore, StreamWrite

DISTRICT = "bench-district"
TIME_ZONE = "America/Los_Angeles"
FIRST = date(2024, 8, 12)
DAYS = 640
UNITS = tuple(unit.code for unit in shipped_units().units[:24])
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact on its way: its day, its stream, the unit it concerns, and who knows why."""

    day: date
    stream: str
    unit: str
    event: DomainEvent


def build_district(store: EventStore, per_unit: int) -> int:
    """Record the district with `per_unit` threads of work in each unit; return its last position.

    With 60 threads, each an activity with its evidence, rating and now and then a review, that is
    about twenty thousand events.
    """
    begins = datetime.combine(FIRST, time(16), UTC)
    plan = DistrictPlan(
        district=DISTRICT,
        name="Bench Unified",
        time_zone=TIME_ZONE,
        people=(Person("a-steward", "steward"), Person("a-deputy", "deputy")),
        clock="simulated",
        begins_at=begins,
        units=UNITS,
    )
    set_up_district(store, plan)
    facts = sorted(_facts(Random(20_000), per_unit), key=lambda fact: fact.day)  # noqa: S311
    for first in range(0, len(facts), AT_ONCE):
        _record(store, facts[first : first + AT_ONCE])
    return store.head(DISTRICT).position


def one_more(store: EventStore, number: int) -> None:
    """Record one further fact: how far some unit's newest activity is."""
    unit = UNITS[number % len(UNITS)]
    activity = f"A-{unit}-0"
    event = ActivityProgressNoted(activity=activity, schools_percent=number % 101)
    head = store.head(DISTRICT)
    new = in_envelope(event, unit, head.recorded_at.date())
    write = StreamWrite(f"activity-{activity}", (new,), ANY_VERSION)
    store.append(DISTRICT, [write], recorded_at=head.recorded_at)


def _record(store: EventStore, facts: Sequence[Fact]) -> None:
    streams: dict[str, list[NewEvent]] = {}
    for fact in facts:
        new = in_envelope(fact.event, fact.unit, fact.day)
        streams.setdefault(fact.stream, []).append(new)
    writes = [StreamWrite(name, tuple(made), ANY_VERSION) for name, made in streams.items()]
    at = datetime.combine(facts[-1].day, time(20), UTC)
    store.append(DISTRICT, writes, recorded_at=at)


def _facts(lot: Random, per_unit: int) -> Iterator[Fact]:
    for unit in UNITS:
        yield from _stages(lot, unit)
        for number in range(per_unit):
            begins = FIRST + timedelta(days=1 + number * (DAYS - 130) // per_unit)
            yield from _activity(lot, unit, number, begins)
            if number % 6 == 5:
                yield from _review(lot, unit, number, begins + timedelta(days=90))


def _stages(lot: Random, unit: str) -> Iterator[Fact]:
    stream = f"unit-{unit}"
    day = FIRST + timedelta(days=1)
    yield Fact(day, stream, unit, UnitHeadAssigned(unit=unit, head=f"a-{unit.lower()}-head"))
    for stage in range(lot.randint(1, 5)):
        day += timedelta(days=lot.randint(20, 100))
        event = UnitStageEntered(unit=unit, from_stage=f"S{stage}", to_stage=f"S{stage + 1}")
        yield Fact(day, stream, unit, event)


def _activity(lot: Random, unit: str, number: int, begins: date) -> Iterator[Fact]:
    name = f"{unit}-{number}"
    activity, stream, evidence = f"A-{name}", f"activity-A-{name}", f"E-{name}"
    day = (begins + timedelta(days=step * 9 + lot.randint(0, 8)) for step in count())
    planned = ActivityPlanned(
        activity=activity,
        title=f"Work {number} of the unit, as its schools asked for it",
        units=(unit,),
        dimension=lot.randint(1, 5),
        owner=f"a-{unit.lower()}-head",
        starts_on=begins,
        due_on=begins + timedelta(days=lot.randint(60, 150)),
    )
    yield Fact(next(day), stream, unit, planned)
    yield Fact(next(day), stream, unit, ActivityStarted(activity=activity))
    for step in range(lot.randint(3, 8)):
        note = "Two more schools served, their principals say" if step % 3 == 0 else None
        event = ActivityProgressNoted(
            activity=activity, note=note, schools_percent=min(100, step * 15)
        )
        yield Fact(next(day), stream, unit, event)
    seen = next(day)
    yield from _evidence(lot, unit, evidence, seen)
    ended = next(day)
    if lot.random() < 0.7:
        done = ActivityCompleted(activity=activity, evidence=(evidence,))
        yield Fact(ended, stream, unit, done)
    elif lot.random() < 0.3:
        yield Fact(ended, stream, unit, ActivityAbandoned(activity=activity))


def _evidence(lot: Random, unit: str, evidence: str, seen: date) -> Iterator[Fact]:
    submitted = EvidenceSubmitted(
        evidence=evidence,
        title="Case files of the season, sampled by the network office",
        kind="case-files",
        digest=DIGEST,
        location=f"archive/{seen.year}/{evidence}.pdf",
        collected_from=seen - timedelta(days=30),
        collected_to=seen,
        source_key="network-office",
        units=(unit,),
    )
    stream = f"evidence-{evidence}"
    yield Fact(seen, stream, unit, submitted)
    if lot.random() < 0.9:
        verified = EvidenceVerified(evidence=evidence, method="Read against the originals")
        yield Fact(seen + timedelta(days=4), stream, unit, verified)
    indicator = lot.choice([each.code for each in shipped_rubric().indicators])
    rated = IndicatorRated(
        about=subject("unit", unit),
        indicator=indicator,
        level=lot.randint(0, 3),
        rubric_version=shipped_rubric().version,
        evidence=(evidence,),
        raters=("a-steward", "a-deputy"),
    )
    yield Fact(seen + timedelta(days=6), f"assessment-{unit}", unit, rated)


def _review(lot: Random, unit: str, number: int, day: date) -> Iterator[Fact]:
    review, action = f"R-{unit}-{number}", f"C-{unit}-{number}"
    stream = f"review-{review}"
    opened = ReviewScheduled(
        review=review,
        review_type="R2",
        about=subject("unit", unit),
        title="How the unit stands",
        due_on=day + timedelta(days=14),
        policy="unit-review",
        rule="cadence",
        rule_digest=DIGEST,
        cause_key=f"{day:%Y-%m}",
        as_of_position=1,
        as_of_date=day,
        facts=(),
    )
    yield Fact(day, stream, unit, opened)
    day += timedelta(days=lot.randint(5, 20))
    yield Fact(day, stream, unit, ReviewHeld(review=review, present=("a-deputy", "a-steward")))
    decided = DecisionRecorded(review=review, decision="continue", title="Go on", insufficient=True)
    yield Fact(day, stream, unit, decided)
    owed = ActionItemOpened(
        action=action,
        title="Show the principals what changed",
        review=review,
        unit=unit,
        owner=f"a-{unit.lower()}-head",
        due_on=day + timedelta(days=21),
        shows_it_worked="Two principals confirm it in writing",
    )
    yield Fact(day, f"action-{action}", unit, owed)
    if lot.random() < 0.8:
        done = ActionItemCompleted(action=action, evidence=(f"E-{unit}-{number}",))
        yield Fact(day + timedelta(days=18), f"action-{action}", unit, done)
    yield Fact(day, stream, unit, ReviewClosed(review=review))
