"""What a district's log tells of its past sweeps: when they ran, what they recorded, what ended.

Read once, in one pass over the log, by a role that cannot write.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.reviews.causes import SCHEDULER
from domain.facts.activity import ActivityPlanned
from domain.facts.evidence import EvidenceSubmitted
from domain.facts.review import ReviewHeld, ReviewScheduled, ReviewTriggered, ReviewTriggerMerged
from domain.facts.unit import (
    UnitPutOnHold,
    UnitRegistered,
    UnitRestarted,
    UnitStageEntered,
    UnitStageReverted,
)
from domain.ids import DISTRICT_STREAM
from events.envelope import Head, RecordedEvent
from events.postgres import PostgresStore

_OF_REVIEWS = ("review:", "review-slot:")
AT_ONCE = 5000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SweepAt:
    """One run of the rules: as known at a position, for a day."""

    day: date
    position: int


@dataclass(frozen=True, slots=True)
class Happening:
    """A cause that a sweep recorded, or would have: on which day, and in which review.

    `merged` says that it joined a review that was open, whose id is `review`. `due_on` is when
    the review that it opens is due; of one that joins it is None.
    """

    day: date
    policy: str
    about: str
    cause_key: str
    title: str
    review: str
    merged: bool
    due_on: date | None

    @property
    def cause(self) -> tuple[str, str, str]:
        """Return what tells the cause from all others."""
        return (self.policy, self.about, self.cause_key)


@dataclass
class Past:
    """The log of a district as a simulation needs it; every list is in the log's order."""

    head: Head
    of_district: list[RecordedEvent] = field(default_factory=list)
    of_subject: dict[str, list[RecordedEvent]] = field(default_factory=lambda: defaultdict(list))
    """By subject, for those that are a review or the slot of one."""
    last_of_day: dict[date, int] = field(default_factory=dict)
    registered: dict[str, int] = field(default_factory=dict)
    stirs: list[tuple[int, date, str]] = field(default_factory=list)
    """Position, day it counts from, and type of all that may change what a rule finds."""
    swept: list[tuple[SweepAt, Happening]] = field(default_factory=list)
    moves: dict[str, list[tuple[int, date]]] = field(default_factory=lambda: defaultdict(list))
    """By unit: position and day of facts by which it surely does not stand still on that day. Some
    others, such as completions, are left out; those that were ever changed have the first of days.
    """

    def known_at_end_of(self, day: date) -> int:
        """Return the last position that was recorded by the end of a day, 0 if none was."""
        days = sorted(self.last_of_day)
        place = bisect_left(days, day + _DAY)
        return self.last_of_day[days[place - 1]] if place else 0


def read_past(engine: Engine, district: str) -> Past:
    """Read the log of a district; never writes."""
    store = PostgresStore(engine.reading, engine.codec)
    past = Past(store.head(district))
    zone = ZoneInfo(past.head.time_zone)
    reviews: dict[str, str] = {}
    types: dict[str, str] = {}
    changed: set[int] = set()
    for recorded in _all(store, past.head):
        past.last_of_day[recorded.recorded_at.astimezone(zone).date()] = recorded.position
        past.stirs += _stirs(recorded, types)
        if recorded.stream == DISTRICT_STREAM:
            past.of_district.append(recorded)
        for subject in recorded.subjects:
            if subject.startswith(_OF_REVIEWS):
                past.of_subject[subject].append(recorded)
        if isinstance(recorded.event, UnitRegistered):
            past.registered.setdefault(recorded.event.unit, recorded.position)
        past.swept += _swept(recorded, reviews)
        if recorded.corrects is not None:
            changed.add(recorded.fact_position)
        for unit in _moved(recorded):
            past.moves[unit].append((recorded.position, recorded.effective_from))
    for unit, moves in past.moves.items():
        past.moves[unit] = [(at, date.min if at in changed else day) for at, day in moves]
    return past


def _moved(recorded: RecordedEvent) -> tuple[str, ...]:
    match recorded.event:
        case EvidenceSubmitted(units=units) | ActivityPlanned(units=units):
            return units
        case UnitRegistered() | UnitStageEntered() | UnitStageReverted() | UnitRestarted() as moved:
            return (moved.unit,)
        case _:
            return ()


def _all(store: PostgresStore, head: Head) -> Iterator[RecordedEvent]:
    after = 0
    while after < head.position:
        some = store.read_log(head.district, after=after, limit=AT_ONCE)
        # What is recorded while we read belongs to a later question.
        yield from (each for each in some if each.position <= head.position)
        after = some[-1].position


def _stirs(recorded: RecordedEvent, types: dict[str, str]) -> Iterator[tuple[int, date, str]]:
    # A correction or a retraction may undo anything that any rule has seen.
    kind = "*" if recorded.corrects is not None or "*" in recorded.subjects else recorded.type_name
    yield recorded.position, recorded.effective_from, kind
    event = recorded.event
    if isinstance(event, UnitPutOnHold):
        yield recorded.position, event.until + _DAY, kind
    if isinstance(event, ReviewScheduled | ReviewTriggered):
        types[event.review] = event.review_type
    if isinstance(event, ReviewScheduled | ReviewTriggered | ReviewHeld):
        # Told by the type of review too, for rules that look at some types only.
        yield recorded.position, recorded.effective_from, f"{kind}:{types.get(event.review)}"


def _swept(recorded: RecordedEvent, reviews: dict[str, str]) -> Iterator[tuple[SweepAt, Happening]]:
    event = recorded.event
    if isinstance(event, ReviewScheduled | ReviewTriggered):
        reviews[event.review] = event.about
    elif not isinstance(event, ReviewTriggerMerged):
        return
    if recorded.actor != SCHEDULER or recorded.corrects is not None:
        return
    opened = None if isinstance(event, ReviewTriggerMerged) else event
    happening = Happening(
        day=event.as_of_date,
        policy=event.policy,
        about=reviews[event.review],
        cause_key=event.cause_key,
        title="" if opened is None else opened.title,
        review=event.review,
        merged=opened is None,
        due_on=None if opened is None else opened.due_on,
    )
    yield SweepAt(event.as_of_date, event.as_of_position), happening


def arrivals(past: Past, moments: Sequence[SweepAt]) -> dict[str, set[int]]:
    """Return, by type of event, the moments (by number) at which one begins to be seen."""
    positions, days = [each.position for each in moments], [each.day for each in moments]
    seen: dict[str, set[int]] = defaultdict(set)
    for position, day, kind in past.stirs:
        first = max(bisect_left(positions, position), bisect_left(days, day))
        if first < len(moments):
            seen[kind].add(first)
    return seen
