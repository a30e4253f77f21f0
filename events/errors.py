"""What can go wrong with the log.

LogError
├── AppendRefused            nothing was stored
│   ├── WrongExpectedVersion a stream stood elsewhere: read it again and decide again
│   ├── ConditionFailed      an event of the condition was recorded meanwhile
│   ├── IdReused             the event id is known, with other content
│   ├── BatchPartlyKnown     some ids are known and some are new
│   ├── UnknownFact          a correction names an event that the log does not hold
│   ├── ValuesHeld           a legal hold covers a value that was to be withdrawn
│   ├── NotOnRecord          a value that was to be withdrawn is not there
│   └── TimeRefused          a recording time was given or missing against the log's clock
├── ClockAhead               the log's head lies ahead of the server's clock
├── UnknownLog               the district has no log
├── LogDiffers               the district's log exists with another clock or time zone
├── LogRefused               a log may not begin with this name, time zone or first time
├── TimeNotYetKnown          "as known at" lies in the future
├── InvalidDocument          a document does not fit its type, or may not be hashed
│   └── UnknownEventType     no such type, or no such schema version
├── SchemaMismatch           the database's schema is not the one this code knows
└── SealError                what shall prove the log does not
    ├── NoteRefused          a signed note is malformed, or not signed as it must be
    ├── ProofRefused         a proof does not show what it is given for
    ├── ForkFound            two views of one log contradict each other
    └── TreeIncomplete       hashes of the log's Merkle tree are missing
"""

from uuid import UUID


class LogError(Exception):
    """The root of the log's errors."""


class AppendRefused(LogError):
    """The append was refused whole; nothing was stored."""


class WrongExpectedVersion(AppendRefused):
    """A stream was not at the expected version; `actual` is where it stands."""

    def __init__(self, district: str, stream: str, expected: int, actual: int) -> None:
        """Keep where the race was lost."""
        super().__init__(
            f"stream {stream} of {district} is at version {actual}, not {expected}: "
            "read it again and decide again"
        )
        self.district, self.stream, self.expected, self.actual = district, stream, expected, actual


class ConditionFailed(AppendRefused):
    """An event that the condition excludes was recorded, at `position`."""

    def __init__(self, district: str, subject: str, event_type: str, position: int) -> None:
        """Keep what was found."""
        super().__init__(
            f"{event_type} about {subject} was recorded at position {position} of {district}: "
            "read again and decide again"
        )
        self.district, self.subject = district, subject
        self.event_type, self.position = event_type, position


class IdReused(AppendRefused):
    """The event id is in the log already, with other content."""

    def __init__(self, district: str, event_id: UUID) -> None:
        """Keep the id."""
        super().__init__(
            f"event id {event_id} is recorded in {district} with other content: "
            "use a new id, or correct the recorded fact"
        )
        self.district, self.event_id = district, event_id


class BatchPartlyKnown(AppendRefused):
    """Some event ids of the batch are recorded and some are not."""

    def __init__(self, district: str, known: int, given: int) -> None:
        """Keep the counts."""
        super().__init__(
            f"{known} of {given} event ids are recorded in {district} already: "
            "leave the recorded ones out and append the rest"
        )
        self.district, self.known, self.given = district, known, given


class UnknownFact(AppendRefused):
    """A correction or retraction names an event that the log does not hold."""

    def __init__(self, district: str, event_id: str) -> None:
        """Keep the id that was not found."""
        super().__init__(f"no event {event_id} in {district} to correct: check the id")
        self.district, self.event_id = district, event_id


class ValuesHeld(AppendRefused):
    """A legal hold covers an event of which values were to be withdrawn."""

    def __init__(self, district: str, position: int, hold: str) -> None:
        """Keep where, and by which hold."""
        super().__init__(
            f"legal hold {hold} covers position {position} of {district}: nothing was withdrawn; "
            "it is kept until counsel releases it"
        )
        self.district, self.position, self.hold = district, position, hold


class NotOnRecord(AppendRefused):
    """A value that was to be withdrawn is not on record: never there, or withdrawn before."""

    def __init__(self, district: str, event_id: UUID, field: str) -> None:
        """Keep which value."""
        super().__init__(
            f"no value of {field} of event {event_id} is on record in {district}: nothing was "
            "withdrawn; check id and field, or it was withdrawn before"
        )
        self.district, self.event_id, self.field = district, event_id, field


class TimeRefused(AppendRefused):
    """A recording time was supplied to a server clock, or none or an earlier one to a simulated."""


class ClockAhead(LogError):
    """The head was recorded later than the server's clock says it is now."""


class UnknownLog(LogError):
    """The district has no log."""

    def __init__(self, district: str) -> None:
        """Keep the district."""
        super().__init__(f"there is no district {district!r}: set it up with `cot init {district}`")
        self.district = district


class LogDiffers(LogError):
    """The district's log exists, with another clock or time zone; neither can be changed."""


class LogRefused(LogError):
    """A log may not begin with this name, time zone or first time."""


class TimeNotYetKnown(LogError):
    """The time is not over yet: what will be known then cannot be said now."""

    def __init__(self, when: object) -> None:
        """Say which time."""
        super().__init__(
            f"{when} is not over by the log's clock, so what is known then may still change: leave "
            "it out for all that is known now, or give an earlier one"
        )


class InvalidDocument(LogError):
    """A document does not fit its event type, or holds what may not be hashed."""


class UnknownEventType(InvalidDocument):
    """The registry holds no such event type, or not this schema version of it."""


class SchemaMismatch(LogError):
    """The database's schema is older or newer than the one this code knows."""


class SealError(LogError):
    """What shall prove the log does not."""


class NoteRefused(SealError):
    """A signed note, key or proof file is malformed, or not signed as it must be."""


class ProofRefused(SealError):
    """A proof does not show what it is given for."""


class ForkFound(SealError):
    """Two views of one log contradict each other: somebody rewrote it, or shows two histories."""


class TreeIncomplete(SealError):
    """Hashes of the log's Merkle tree that must be kept are missing."""

    def __init__(self, level: int, first: int, end: int, found: int) -> None:
        """Keep where."""
        super().__init__(
            f"of the hashes {first} to {end - 1} of level {level} of the log's Merkle tree only "
            f"{found} are kept: run `cot verify`, which names the first event that is missing"
        )
        self.level, self.first, self.end = level, first, end
