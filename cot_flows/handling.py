"""From a command to recorded facts: read, fold, decide, append; again when a race was lost.

Repeating a call under the same event id is safe: the decision is made again on what was known
before the recorded event, and the log recognises the same content.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cot_flows.attempts import attempt_of
from cot_flows.errors import RequestsDepend
from cot_flows.naming import Naming, events_named
from domain import decisions
from domain.access import RECORDED_RULES
from domain.action import ActionState
from domain.correction import RetractFact
from domain.errors import Rejected
from domain.facts.action import ActionItemOpened
from domain.folding import fold
from domain.hold import HOLDS
from domain.ids import derived_id, is_subject, subject
from domain.message import (
    Circumstances,
    Classification,
    Command,
    Decision,
    DomainEvent,
    Precision,
    Source,
    merged_subjects,
)
from domain.review import CloseReview
from domain.world import State, World
from events.active import active, history_of
from events.envelope import Head, History, NewEvent, RecordedEvent
from events.errors import IdReused, WrongExpectedVersion
from events.store import NO_STREAM, Appended, EventStore, StreamWrite, Unless, at

ATTEMPTS = 5
"""How often a lost race is decided again; more in a row means something is wrong."""

FINISHED = ("completed", "verified", "dropped")
"""The phases in which an action item is not owed any more."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command with everything its sender says of it; the day defaults to today.

    `event_id` identifies the request: sent again, it records nothing twice.
    """

    command: Command
    event_id: UUID
    actor: str
    occurred_on: date | None = None
    precision: Precision = "day"
    effective_from: date | None = None
    on_behalf_of: str | None = None
    approved_by: str | None = None
    reason: str | None = None
    source: Source = "cli"
    classification: Classification = "internal"
    corrects: UUID | None = None
    correlation_id: UUID | None = None
    causation_id: UUID | None = None


class Handling:
    """Decides commands on a log and records what they lead to."""

    def __init__(self, store: EventStore, now: Callable[[], datetime]) -> None:
        """Work on a store; `now` tells the day in districts whose log keeps a server clock."""
        self._store = store
        self._now = now

    def handle(
        self,
        district: str,
        request: Request,
        *,
        recorded_at: datetime | None = None,
        unless: Unless | None = None,
    ) -> Appended:
        """Record what a command leads to.

        Raises Rejected when the command is refused, and the log's errors. A lost race is decided
        again on what is known then, at most ATTEMPTS times. That somebody tried what the rules of
        the record forbid (domain.access.RECORDED_RULES) is recorded before it is raised.
        """
        try:
            return self._handled(district, request, recorded_at, unless)
        except Rejected as refusal:
            if refusal.rule in RECORDED_RULES:
                self._record_attempt(district, request, refusal, recorded_at)
            raise

    def _handled(
        self,
        district: str,
        request: Request,
        recorded_at: datetime | None,
        unless: Unless | None,
    ) -> Appended:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                writes = self.prepare(district, request, recorded_at=recorded_at)
                return self._store.append(district, writes, recorded_at=recorded_at, unless=unless)
            except WrongExpectedVersion:
                # Someone recorded in between: what was decided may not hold any more.
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable: the loop returns or raises")

    def _record_attempt(
        self, district: str, request: Request, refusal: Rejected, recorded_at: datetime | None
    ) -> None:
        target = decisions.needs(request.command, _circumstances(request, date.min, None))[0]
        command, event_id = attempt_of(request.command, request.event_id, refusal, target)
        asked = Request(
            command=command,
            event_id=event_id,
            actor=request.actor,
            on_behalf_of=request.on_behalf_of,
            approved_by=request.approved_by,
            source=request.source,
            correlation_id=request.correlation_id or request.event_id,
        )
        try:
            self._handled(district, asked, recorded_at, None)
        except (Rejected, IdReused):
            return  # On record already, or nobody who may act: the refusal itself is what is told.

    def prepare(
        self, district: str, request: Request, *, recorded_at: datetime | None = None
    ) -> tuple[StreamWrite, ...]:
        """Return the writes a command leads to now, without recording them. Raises Rejected."""
        known = self._store.find(district, request.event_id)
        up_to = None if known is None else known.position - 1
        head = self._store.head(district)
        moment = known.recorded_at if known else (recorded_at or self._moment(head))
        today = moment.astimezone(ZoneInfo(head.time_zone)).date()
        reading = Reading(self._store, district, up_to, head.time_zone)
        return self._decided(district, request, today, reading)

    def handle_new(
        self,
        district: str,
        requests: Sequence[Request],
        *,
        recorded_at: datetime | None = None,
    ) -> Appended:
        """Record what several commands lead to in one append, each opening a stream of its own.

        For imports: what the decisions look at is read once for all, and the streams they open
        are taken to be new, which the append checks. Raises Rejected, and WrongExpectedVersion
        when one of the streams was not new or a race was lost; RequestsDepend when a request
        writes to a stream that another looks at or writes to. Then nothing was recorded.
        """
        head = self._store.head(district)
        moment = recorded_at or self._moment(head)
        today = moment.astimezone(ZoneInfo(head.time_zone)).date()
        reading = Reading(self._store, district, None, head.time_zone)
        writes: dict[str, StreamWrite] = {}
        for request in requests:
            needed = decisions.needs(request.command, _circumstances(request, today, None))
            _require_apart(request, needed, {name for name in writes if writes[name].events})
            reading.take_as_empty(needed[0])
            decided = self._decided(district, request, today, reading)
            _require_apart(request, [each.stream for each in decided if each.events], writes)
            writes |= {write.stream: write for write in decided}
        return self._store.append(district, tuple(writes.values()), recorded_at=recorded_at)

    def _decided(
        self, district: str, request: Request, today: date, reading: "Reading"
    ) -> tuple[StreamWrite, ...]:
        fact = self._fact(district, request, reading.up_to)
        circumstances = _circumstances(request, today, fact)
        if isinstance(request.command, CloseReview):
            owed = self._owed(district, request.command.review, reading)
            circumstances = replace(circumstances, owed=owed)
        named = events_named(request.command, lambda name: fold(name, reading.history(name).facts))
        if named:
            naming = reading.naming()
            circumstances = replace(
                circumstances, named=tuple(naming.named(each) for each in named)
            )
        streams = decisions.needs(request.command, circumstances)
        read = {name: reading.history(name) for name in streams}
        world = World({name: _state(name, read[name], request, fact) for name in streams})
        decided = decisions.decide(request.command, circumstances, world)
        scene = Scene(request, circumstances, read, fact, reading.up_to)
        return self._writes(district, scene, decided)

    def _owed(self, district: str, review: str, reading: "Reading") -> tuple[tuple[str, str], ...]:
        """Return the open action items of a review, each with its owner."""
        about = [subject("review", review)]
        opened = active(self._store.read_subjects(district, about, up_to=reading.up_to))
        owed: list[tuple[str, str]] = []
        for each in opened:
            if isinstance(each.event, ActionItemOpened) and each.event.review == review:
                item = fold(each.stream, reading.history(each.stream).facts)
                if isinstance(item, ActionState) and item.phase not in FINISHED and item.owner:
                    owed.append((each.event.action, item.owner))
        return tuple(owed)

    def _moment(self, head: Head) -> datetime:
        return head.recorded_at if head.clock == "simulated" else self._now()

    def _fact(self, district: str, request: Request, up_to: int | None) -> "Fact | None":
        command = request.command
        wanted = command.event_id if isinstance(command, RetractFact) else request.corrects
        if wanted is None:
            return None
        named = self._store.find(district, wanted)
        if named is None:
            raise Rejected("unknown_fact", f"no event {wanted} in {district}: check the id")
        stream = self._store.read_stream(district, named.stream, up_to=up_to)
        return Fact(tuple(e for e in stream if e.fact_position == named.fact_position))

    def _writes(
        self, district: str, scene: "Scene", decided: Sequence[Decision]
    ) -> tuple[StreamWrite, ...]:
        writes: list[StreamWrite] = []
        number = 0
        for decision in decided:
            events: list[NewEvent] = []
            for proposed in decision.proposed:
                relying = self._relying(district, proposed.event, scene.up_to)
                more = (*proposed.extra_subjects, *relying)
                events.append(scene.new_event(proposed.event, more, number))
                number += 1
            expected = NO_STREAM if decision.stream_is_new else at(scene.version(decision.stream))
            writes.append(StreamWrite(decision.stream, tuple(events), expected))
        written = {write.stream for write in writes}
        # Streams the decision looked at are fenced: if one moved on, the decision is made again.
        fences = [
            StreamWrite(name, (), at(scene.version(name)))
            for name in scene.read
            if name not in written and not is_subject(name)
        ]
        return (*writes, *fences)

    def _relying(self, district: str, event: DomainEvent, up_to: int | None) -> tuple[str, ...]:
        """Return the evidence an event cites; of a fact about evidence, all who cite that."""
        cited = getattr(event, "evidence", None)
        if not isinstance(cited, str):
            return tuple(subject("evidence", each) for each in cited or ())
        about = [subject("evidence", cited)]
        citing = self._store.read_subjects(district, about, up_to=up_to)
        return merged_subjects(*(each.subjects for each in citing))


def _require_apart(request: Request, streams: Sequence[str], others: Collection[str]) -> None:
    # Each is decided on what stood before all of them: one that depends on another would be wrong.
    for stream in sorted({*streams} & {*others}):
        raise RequestsDepend(
            f"{type(request.command).__name__} {request.event_id} needs stream {stream}, and so "
            "does another request of the same append, which one of them changes: send the later "
            "one by itself, after the first was recorded"
        )


NOTHING = History(0, ())
"""What there is to fold of a stream that is not there."""


class Reading:
    """Streams of a district as known at a position (None: now), each read once."""

    def __init__(self, store: EventStore, district: str, up_to: int | None, time_zone: str) -> None:
        """Read nothing yet."""
        self._store, self._district, self.up_to = store, district, up_to
        self._time_zone = time_zone
        self._read: dict[str, History] = {}

    def history(self, name: str) -> History:
        """Return what deciders fold of a stream, or of a subject if the name is of one."""
        if name not in self._read:
            self._read[name] = self._store.history(self._district, name, up_to=self.up_to)
        return self._read[name]

    def naming(self) -> Naming:
        """Return what looks single events up as known at the same position."""
        holds = self._store.read_stream(self._district, HOLDS, up_to=self.up_to)
        return Naming(self._store, self._district, self._time_zone, self.up_to, holds)

    def take_as_empty(self, name: str) -> None:
        """Take a stream to be new without looking; the append finds out if it is not."""
        self._read[name] = NOTHING


@dataclass(frozen=True, slots=True)
class Fact:
    """All events on one fact that is being corrected or taken back, in order."""

    events: tuple[RecordedEvent, ...]

    @property
    def position(self) -> int:
        """Return where the fact was first recorded."""
        return self.events[0].fact_position

    @property
    def dates(self) -> tuple[date, date, Precision]:
        """Return when it occurred, from when it counts, and how exactly that is known now."""
        last = self.events[-1]
        return last.occurred_on, last.effective_from, last.precision

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return everything that any of its events concerns."""
        return merged_subjects(*(each.subjects for each in self.events))


def folded(stream: str, events: Sequence[RecordedEvent]) -> State:
    """Return the state of a stream from its recorded events: corrected facts as they count now."""
    return fold(stream, history_of(events).facts)


def _state(name: str, history: History, request: Request, fact: Fact | None) -> State:
    facts = history.facts
    # A correction is decided on what stood before the fact; a retraction on the whole stream.
    if fact and name == fact.events[0].stream and request.corrects is not None:
        facts = tuple(each for each in facts if each.position < fact.position)
    return fold(name, facts)


def _circumstances(request: Request, today: date, fact: Fact | None) -> Circumstances:
    return Circumstances(
        actor=request.actor,
        today=today,
        occurred_on=request.occurred_on or today,
        precision=request.precision,
        effective_from=request.effective_from,
        on_behalf_of=request.on_behalf_of,
        reason=request.reason,
        source=request.source,
        classification=request.classification,
        approved_by=request.approved_by,
        corrects=request.corrects,
        corrected=fact.events[-1].event if fact else None,
        corrected_dates=fact.dates if fact else None,
    )


@dataclass(frozen=True, slots=True)
class Scene:
    """What a decision was made on: the request, the streams read, the fact it corrects.

    `up_to` is the position read at when a recorded request is repeated, else None.
    """

    request: Request
    circumstances: Circumstances
    read: dict[str, History]
    fact: Fact | None
    up_to: int | None

    def version(self, stream: str) -> int:
        """Return where a stream stood when it was read."""
        return self.read.get(stream, NOTHING).version

    def new_event(self, event: DomainEvent, more: tuple[str, ...], number: int) -> NewEvent:
        """Return the event with its envelope; `number` counts the request's events from 0."""
        request, circumstances, fact = self.request, self.circumstances, self.fact
        first = request.event_id
        carried = fact.subjects if fact else ()
        return NewEvent(
            event=event,
            event_id=first if number == 0 else derived_id(str(first), str(number)),
            occurred_on=circumstances.occurred_on,
            precision=request.precision,
            effective_from=request.effective_from or circumstances.occurred_on,
            actor=request.actor,
            source=request.source,
            correlation_id=request.correlation_id or first,
            subjects=merged_subjects(event.subjects(), more, carried),
            causation_id=request.causation_id,
            on_behalf_of=request.on_behalf_of,
            approved_by=request.approved_by,
            reason=request.reason,
            classification=request.classification,
            corrects=fact.events[-1].event_id if fact else None,
        )
