"""The port of the log, and its contract in prose. Every implementation passes the same tests.

- `append` is one decision: all its events are stored, at dense positions and dense stream versions,
  or none. When it returns, they are durable and visible to every reader that starts afterwards.
- Positions become visible in their own order: whoever has read position n will never find a
  smaller one new. A hole in positions therefore means tampering.
- `recorded_at` never decreases along positions. It is set by the store, except in a log with a
  simulated clock, where the caller supplies it.
- Repeating an append by the same event ids gives the first result and stores nothing; other content
  under a known id is refused. The id check comes before the version check.
- A read at a position, or as known at a time, gives the same answer for ever.
- An append that holds withdrawing events (`domain.message.Withdrawal`) removes the values and salts
  that they name, in the same step: both happen or neither. It is refused whole while a legal hold
  covers one of the events, or when one of the values is not on record. Nothing else removes a
  value; leaf hashes and commitments stay as they were. Repeating any append after a withdrawal
  compares the fields that are left.
- A lost connection leaves the caller not knowing; repeating the call is always safe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from events.envelope import Clock, Head, History, NewEvent, RecordedEvent


@dataclass(frozen=True, slots=True)
class ExpectedVersion:
    """Where a stream must stand for an append: a version, or None for anywhere."""

    version: int | None


NO_STREAM = ExpectedVersion(0)
"""The stream must not exist yet."""

ANY_VERSION = ExpectedVersion(None)
"""The stream may stand anywhere: for facts that depend on no earlier one."""


def at(version: int) -> ExpectedVersion:
    """Return the expectation that the stream stands at exactly this version."""
    return ExpectedVersion(version)


@dataclass(frozen=True, slots=True)
class StreamWrite:
    """What an append does to one stream. Without events it is a fence: only its version counts."""

    stream: str
    events: tuple[NewEvent, ...]
    expected: ExpectedVersion


@dataclass(frozen=True, slots=True)
class Unless:
    """Store only if no event of `types` concerns `subject` at a position after `after`."""

    subject: str
    types: tuple[str, ...]
    after: int


@dataclass(frozen=True, slots=True)
class Appended:
    """The result of an append: positions in the order given, and when they were recorded.

    `recognised` says that the events had been recorded before and nothing was stored now.
    """

    positions: tuple[int, ...]
    recorded_at: datetime
    recognised: bool


class EventStore(Protocol):
    """The log of all districts."""

    def create_log(
        self, district: str, *, clock: Clock, time_zone: str, begins_at: datetime | None = None
    ) -> bool:
        """Begin a district's log; False if it exists just so. Raises LogDiffers, LogRefused.

        `begins_at` is the first time a simulated clock shows; a server clock takes none.
        """
        ...

    def append(
        self,
        district: str,
        writes: Sequence[StreamWrite],
        *,
        recorded_at: datetime | None = None,
        unless: Unless | None = None,
    ) -> Appended:
        """Record events; remove what they withdraw.

        Raises AppendRefused, UnknownLog, ClockAhead, InvalidDocument.
        """
        ...

    def read_stream(
        self, district: str, stream: str, *, up_to: int | None = None
    ) -> list[RecordedEvent]:
        """Return a stream's events in order, as known at position `up_to`. Unknown: empty."""
        ...

    def read_log(self, district: str, *, after: int, limit: int) -> list[RecordedEvent]:
        """Return at most `limit` events of the district after a position, in order."""
        ...

    def read_subjects(
        self, district: str, subjects: Sequence[str], *, up_to: int | None = None
    ) -> list[RecordedEvent]:
        """Return the events that concern any of the subjects, in order, each once."""
        ...

    def history(self, district: str, name: str, *, up_to: int | None = None) -> History:
        """Return what deciders fold of a stream, or of a subject, as known at a position.

        Quicker than reading the events, because it carries no more than deciders need. Raises
        InvalidDocument and UnknownEventType.
        """
        ...

    def find(self, district: str, event_id: UUID) -> RecordedEvent | None:
        """Return the event with this id, or None."""
        ...

    def head(self, district: str) -> Head:
        """Return where the log ends. Raises UnknownLog."""
        ...

    def heads(self) -> list[Head]:
        """Return the heads of all districts, by name."""
        ...

    def position_known_at(self, district: str, when: datetime | date) -> int:
        """Return the last position recorded at or before a time; a bare date means its end.

        The date is one of the district's time zone. What is not over yet is refused, because the
        answer could still change; a simulated clock's present day means its present moment. Raises
        TimeNotYetKnown, UnknownLog, and ValueError for a time without a time zone.
        """
        ...
