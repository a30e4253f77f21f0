"""Who reads: what a reader may see of some events, and the record of having seen it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from cot_flows.errors import NotConfigured
from cot_flows.handling import Handling, Request, folded
from cot_flows.naming import raised_of
from domain.access import RecordAccess, classes_of, restricted, unreadable
from domain.actor import ActorState
from domain.facts.access import EVERY_CLASSIFICATION
from domain.message import Classification
from events.envelope import Head, RecordedEvent
from events.store import EventStore

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and for what purpose; no actor: a stranger, who sees what is open to all."""

    actor: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Which restricted classes each event has (open ones are left out), and which stay hidden.

    `hidden` are those whose content the reader may not see, or gave no purpose for; `lacking` says
    that a purpose is all that lacks for some.
    """

    classes: Mapping[UUID, tuple[Classification, ...]]
    hidden: frozenset[UUID]
    lacking: bool


Classes = Callable[[RecordedEvent], tuple[Classification, ...]]
StoredClasses = Callable[[UUID, str, Classification], tuple[Classification, ...]]
"""From an event's id, type and recorded class to all its classes."""


def stored_classes_in(
    store: EventStore, district: str, *, up_to: int | None = None
) -> StoredClasses:
    """Return what tells all classes of an event, by what is stored of it.

    Those it was raised to are as known at a position; None: as known now.
    """
    raised: dict[UUID, list[RecordedEvent]] = {}
    for each in store.read_subjects(district, [EVERY_CLASSIFICATION], up_to=up_to):
        name = str(each.stream).removeprefix("classification-")
        raised.setdefault(UUID(name), []).append(each)

    def classes(
        event_id: UUID, event_type: str, given: Classification
    ) -> tuple[Classification, ...]:
        return classes_of(event_type, given, raised_of(raised.get(event_id, ())))

    return classes


def classes_in(store: EventStore, district: str, *, up_to: int | None = None) -> Classes:
    """Return what tells the classes of any event of a district, those it was raised to included.

    Those are as known at a position; None: as known now.
    """
    of = stored_classes_in(store, district, up_to=up_to)
    return lambda recorded: of(recorded.event_id, recorded.type_name, recorded.classification)


def unseen(classes: Sequence[Classification]) -> str | None:
    """Return what a page says in place of an event of these classes; None: it may be shown."""
    needed = restricted(classes)
    if not needed:
        return None
    return (
        f"not shown: restricted ({', '.join(needed)}); `cot events --purpose` shows it to who may "
        "read it"
    )


def look(
    store: EventStore,
    now: Callable[[], datetime],
    district: str,
    reader: Reader,
    recorded: Sequence[RecordedEvent],
) -> Seen:
    """Say what a reader may see of some events; what is seen of restricted ones is recorded first.

    Nothing is recorded for a reader without a right to them, or without a purpose.
    """
    of = classes_in(store, district)
    needed = {each.event_id: classes for each in recorded if (classes := restricted(of(each)))}
    if not needed:
        return Seen({}, frozenset(), lacking=False)
    role = role_of(store, district, reader.actor)
    barred = {each for each, classes in needed.items() if unreadable(role, classes)}
    allowed = [each for each in needed if each not in barred]
    if reader.purpose is None or not reader.purpose.strip():
        return Seen(needed, frozenset(needed), lacking=bool(allowed))
    record_access(store, now, store.head(district), reader, allowed)
    return Seen(needed, frozenset(barred), lacking=False)


def require_sight(
    store: EventStore,
    now: Callable[[], datetime],
    district: str,
    reader: Reader,
    recorded: Iterable[RecordedEvent],
) -> None:
    """Record, before they are given out, that a reader gets the restricted ones of some events.

    Where none is restricted nothing is asked or recorded. Raises NotConfigured where the actor or
    the purpose lacks, and Rejected when the actor may not read all of them.
    """
    of = classes_in(store, district)
    needed = {each.event_id: classes for each in recorded if (classes := restricted(of(each)))}
    if not needed:
        return
    if not reader.actor or not (reader.purpose or "").strip():
        found = ", ".join(sorted({name for classes in needed.values() for name in classes}))
        raise NotConfigured(
            f"restricted events ({found}) would be given out: say who gets them with --by (or "
            f"COT_ACTOR) and why with --purpose; restricted here: {len(needed)}"
        )
    role = role_of(store, district, reader.actor)
    # Those that the reader may not see come first: the refusal then comes before any access.
    ordered = sorted(needed, key=lambda each: not unreadable(role, needed[each]))
    record_access(store, now, store.head(district), reader, ordered)


def role_of(store: EventStore, district: str, actor: str | None) -> str | None:
    """Return the role of an actor who may act; None for nobody, the unknown and the retired."""
    if actor is None:
        return None
    stream = ActorState.stream(actor)
    state = folded(stream, store.read_stream(district, stream))
    if not isinstance(state, ActorState) or state.retired:
        return None
    return state.role


def record_access(
    store: EventStore,
    now: Callable[[], datetime],
    head: Head,
    reader: Reader,
    events: Sequence[UUID],
) -> None:
    """Record that a reader sees restricted events for a purpose. Raises Rejected."""
    for first in range(0, len(events), MOST_AT_ONCE):
        part = tuple(events[first : first + MOST_AT_ONCE])
        event_id = uuid4()
        asked = Request(
            command=RecordAccess(access=str(event_id), events=part),
            event_id=event_id,
            actor=reader.actor or "",
            reason=reader.purpose,
        )
        at = head.recorded_at if head.clock == "simulated" else None
        Handling(store, now).handle(head.district, asked, recorded_at=at)
