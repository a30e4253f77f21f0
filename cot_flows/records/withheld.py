"""What readers are told instead of a value that was withdrawn: by which law, and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.facts.redaction import ValuesWithdrawn
from domain.facts.retention import RecordsDisposed
from domain.ids import subject
from events.envelope import RecordedEvent
from events.store import EventStore
from events.withdrawal import taken

Notes = Mapping[tuple[UUID, str], "Withheld"]
"""By event id and field, such as `data.note`."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a value is not there: the law or rule, the day, and the event that says so.

    `under` is the redaction's or the disposition's id.
    """

    basis: str
    on: date
    position: int
    under: str

    def __str__(self) -> str:
        """Return the words that stand in the value's place."""
        return f"withheld ({self.basis}, {self.on})"


def withheld_notes(
    store: EventStore, district: str, recorded: Iterable[RecordedEvent]
) -> dict[tuple[UUID, str], Withheld]:
    """Return what to say for each withheld value of some events, whenever it was withdrawn."""
    about = [subject("event", str(each.event_id)) for each in recorded if each.withheld]
    if not about:
        return {}
    zone = ZoneInfo(store.head(district).time_zone)
    return {
        key: note
        for each in store.read_subjects(district, about)
        if (note := _note(each, zone)) is not None
        for key in taken(each.event)
    }


def _note(recorded: RecordedEvent, zone: ZoneInfo) -> Withheld | None:
    day = recorded.recorded_at.astimezone(zone).date()
    match recorded.event:
        case ValuesWithdrawn(basis=basis, redaction=redaction):
            return Withheld(basis, day, recorded.position, redaction)
        case RecordsDisposed(citation=citation, disposition=disposition):
            return Withheld(citation, day, recorded.position, disposition)
        case _:
            return None
