"""An event on its way into the log, and an event as the log holds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

import orjson

from domain.message import Classification, DomainEvent, Happened, Precision, Source

Clock = Literal["server", "simulated"]
"""Who says when an event was recorded: the server, or the one who appends."""

Salts = Callable[[], bytes]
"""Gives 16 random bytes for each commitment; passed in, so that the log draws no randomness."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact to be recorded, with everything of its envelope that the log does not set itself.

    `subjects` are all things it concerns, sorted. `corrects` is the id of the event it replaces.
    `reason` is personal like the fields its type names: only a commitment to it is hashed.
    """

    event: DomainEvent
    event_id: UUID
    occurred_on: date
    precision: Precision
    effective_from: date
    actor: str
    source: Source
    correlation_id: UUID
    subjects: tuple[str, ...]
    causation_id: UUID | None = None
    on_behalf_of: str | None = None
    approved_by: str | None = None
    reason: str | None = None
    classification: Classification = "internal"
    corrects: UUID | None = None


# A tuple, like RecordedEvent below: logs are read by the ten thousand, and a frozen dataclass of so
# many fields takes as long to make as its document to validate.
class StoredEvent(NamedTuple):
    """An event as stored: bytes, place, time, and the personal values still on record.

    `current` is the content in the type's newest schema version, as JSON; `personal` maps a
    committed field (`reason`, `data.name`) to salt and value.
    """

    district: str
    position: int
    stream: str
    stream_version: int
    event_id: UUID
    recorded_at: datetime
    fact_position: int
    content: bytes
    leaf_hash: bytes
    current: bytes
    personal: Mapping[str, tuple[bytes, str]]

    @property
    def document(self) -> Mapping[str, object]:
        """Return what `current` says."""
        document: Mapping[str, object] = orjson.loads(self.current)
        return document


class RecordedEvent(NamedTuple):
    """A fact as recorded and decoded.

    `position` counts in the district's log from 1 without holes, `stream_version` in the stream.
    `fact_position` is the position of the fact's first event: its own, unless it corrects one.
    `withheld` names personal fields whose value was withdrawn.
    """

    district: str
    position: int
    stream: str
    stream_version: int
    recorded_at: datetime
    fact_position: int
    leaf_hash: bytes
    event: DomainEvent
    event_id: UUID
    occurred_on: date
    precision: Precision
    effective_from: date
    actor: str
    source: Source
    correlation_id: UUID
    subjects: tuple[str, ...]
    causation_id: UUID | None
    on_behalf_of: str | None
    approved_by: str | None
    reason: str | None
    classification: Classification
    corrects: UUID | None
    withheld: frozenset[str]

    @property
    def type_name(self) -> str:
        """Return the event's type."""
        return self.event.type_name()

    def happened(self) -> Happened:
        """Return the fact as a decider folds it, its personal values left out."""
        return Happened(
            event=self.event.model_copy(update=dict.fromkeys(self.event.personal))
            if self.event.personal
            else self.event,
            position=self.fact_position,
            actor=self.actor,
            occurred_on=self.occurred_on,
            effective_from=self.effective_from,
        )


@dataclass(frozen=True, slots=True)
class History:
    """What deciders fold of a stream or a subject: the last word on each fact, in their order.

    A fact that was corrected stands in the place of the first; of one that was taken back, its
    retraction stands there. `version` is the stream's, 0 if it is not there; of a subject, the
    number of its last event, which fences nothing.
    """

    version: int
    facts: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a district's log ends: last position, its recording time, and the log's clock."""

    district: str
    position: int
    recorded_at: datetime
    clock: Clock
    time_zone: str
