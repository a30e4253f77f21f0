"""The recorded events that a command is about, as the log knows them when it is decided."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access import RaiseClassification, RecordAccess, classes_of
from domain.errors import InvalidData, Rejected
from domain.facts.access import RecordClassified
from domain.ids import subject
from domain.message import Classification, Command, Named
from domain.occurrence import bracket_of
from domain.redaction import (
    ApproveRedaction,
    DeclineRedaction,
    RedactionState,
    RequestRedaction,
    WithdrawValues,
)
from domain.retention import DisposeRecords
from domain.world import State
from events.active import active
from events.envelope import RecordedEvent
from events.store import EventStore
from events.withdrawal import Place, holds_over, last_day, taken

OfStream = Callable[[str], State]


def events_named(command: Command, state_of: OfStream) -> tuple[UUID, ...]:
    """Return the ids of the events that a command is about, in its order, each once."""
    ids: Iterable[UUID] = ()
    match command:
        case RequestRedaction() | DisposeRecords() | RecordAccess():
            ids = command.events
        case RaiseClassification():
            ids = (command.event,)
        case ApproveRedaction() | DeclineRedaction() | WithdrawValues():
            state = state_of(RedactionState.stream(command.redaction))
            if isinstance(state, RedactionState):
                ids = (target.event_id for target in state.targets)
        case _:
            pass
    return tuple(dict.fromkeys(ids))


class Naming:
    """Looks events up for one decision, in one district, as known at a position (None: now)."""

    def __init__(
        self,
        store: EventStore,
        district: str,
        time_zone: str,
        up_to: int | None,
        holds: Sequence[RecordedEvent],
    ) -> None:
        """Read nothing yet; `holds` is the stream of legal holds as known then."""
        self._store, self._district, self._up_to = store, district, up_to
        self._zone = ZoneInfo(time_zone)
        self._holds = facts_on_holds(holds)

    def named(self, event_id: UUID) -> Named:
        """Return an event by its id. Raises Rejected when the log has none."""
        found = self._store.find(self._district, event_id)
        if found is None or (self._up_to is not None and found.position > self._up_to):
            raise Rejected("unknown_fact", f"no event {event_id} in {self._district}: check the id")
        about = [subject("event", str(event_id))]
        return self.of(found, self._store.read_subjects(self._district, about, up_to=self._up_to))

    def of(self, recorded: RecordedEvent, about: Sequence[RecordedEvent]) -> Named:
        """Return an event as a decision sees it; `about` are the later events that name it."""
        gone = {name for each in about for of, name in taken(each.event) if of == recorded.event_id}
        fields = fields_of(recorded)
        place = place_of(recorded)
        return Named(
            event_id=recorded.event_id,
            position=recorded.position,
            type=recorded.type_name,
            stream=recorded.stream,
            subjects=recorded.subjects,
            begins_on=recorded.occurred_on,
            ends_on=_ends_on(recorded, place),
            recorded_on=recorded.recorded_at.astimezone(self._zone).date(),
            fields=fields,
            on_record=tuple(name for name in fields if name not in gone),
            classes=classes_of(recorded.type_name, recorded.classification, raised_of(about)),
            held_by=holds_over(self._holds, place),
        )


def _ends_on(recorded: RecordedEvent, place: Place) -> date:
    try:
        return bracket_of(recorded.occurred_on, recorded.precision).last
    except InvalidData:
        return place.ends_on


def raised_of(about: Iterable[RecordedEvent]) -> tuple[Classification, ...]:
    """Return the classes that an event was raised to, from the later events that name it."""
    facts = (each.event for each in active(about))
    return tuple(each.classification for each in facts if isinstance(each, RecordClassified))


def fields_of(recorded: RecordedEvent) -> tuple[str, ...]:
    """Return the personal fields that an event was recorded with, withdrawn ones included."""
    event = recorded.event
    there = {f"data.{name}" for name in event.personal if getattr(event, name) is not None}
    if recorded.reason is not None:
        there.add("reason")
    return tuple(sorted(there | recorded.withheld))


def place_of(recorded: RecordedEvent) -> Place:
    """Return where an event is, for the question whether a hold covers it."""
    begins = recorded.occurred_on
    ends = last_day(begins, recorded.precision)
    return Place(recorded.stream, recorded.subjects, begins, ends)


def facts_on_holds(holds: Iterable[RecordedEvent]) -> list[tuple[str, Mapping[str, object]]]:
    """Return type and data of the events of the stream of holds, in order."""
    return [(each.type_name, each.event.model_dump(mode="json")) for each in holds]
