"""What every message of the domain is built on: events that happened, commands that ask.

Imports nothing of ours, so that the log may know messages without knowing an aggregate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Precision = Literal["day", "month", "year", "school_year"]
"""How exactly a date is known. A date stands for the first day of its bracket."""

Source = Literal["cli", "import", "scheduler", "scenario", "api"]
"""By which door a fact came in."""

Classification = Literal["public", "internal", "personnel", "student-derived", "privileged"]
"""Who may read a fact; the reading side enforces it."""

PersonalField = Annotated[str, Field(pattern=r"^(reason|data\.[a-z][a-z0-9_]{0,59})$")]
"""A field whose value lies beside the log: `reason`, or `data.` and the name of a field."""

ALL_SUBJECTS = "*"
"""The subject of a fact that concerns every key: calendars, rubrics, policies."""


class DomainEvent(BaseModel):
    """A fact in the past tense. Frozen, strict, no unknown fields.

    `schema_version` counts the shapes this type has had; `personal` names the fields whose values
    enter the log's hashed bytes only as salted commitments. A personal field is always typed
    `str | None`, because its value may be withdrawn later. A `final` fact says what somebody did
    about the record itself: it is neither corrected nor taken back.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    schema_version: ClassVar[int] = 1
    personal: ClassVar[frozenset[str]] = frozenset()
    final: ClassVar[bool] = False

    @classmethod
    def type_name(cls) -> str:
        """Return the name under which this type is recorded."""
        return cls.__name__

    def subjects(self) -> tuple[str, ...]:
        """Return what the fact concerns, as `kind:id` texts, without looking anything up."""
        raise TypeError(f"{type(self).__name__} does not name its subjects")


class WithdrawnValues(BaseModel):
    """Personal fields of one event, named by its id; position and type are for readers."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    event_id: UUID
    position: int = Field(ge=1)
    type: str = Field(min_length=1, max_length=80)
    fields: tuple[PersonalField, ...] = Field(min_length=1)


class Withdrawal(DomainEvent):
    """A fact with which personal values go: recording it takes away what `withdrawn` names.

    The log removes values and salts together with the append, or refuses both.
    """

    final: ClassVar[bool] = True

    withdrawn: tuple[WithdrawnValues, ...] = Field(min_length=1, max_length=200)


class Command(BaseModel):
    """A request in the imperative, not yet decided. Frozen, strict, no unknown fields."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Proposed:
    """One event that a decision proposes to record, with subjects only the decider knows.

    `extra_subjects` adds to `event.subjects()`: the units of an activity that completes, those
    who cite a retracted piece of evidence.
    """

    event: DomainEvent
    extra_subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A recorded event that a command is about, as the log knows it when the command is decided.

    `begins_on` and `ends_on` are the days on one of which it happened. `fields` are its personal
    fields, `on_record` those of them whose values were not withdrawn. `classes` say who may read
    it, `held_by` which legal holds cover it.
    """

    event_id: UUID
    position: int
    type: str
    stream: str
    subjects: tuple[str, ...]
    begins_on: date
    ends_on: date
    recorded_on: date
    fields: tuple[str, ...]
    on_record: tuple[str, ...]
    classes: tuple[Classification, ...]
    held_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who asks, when it happened and why: the part of a command that is the same for all.

    `today` is the date in the district's time zone at which the command is decided.
    `approved_by` is the actor who allowed a back-dating, or another move of a due date, beyond the
    limit. `corrects` is the id of
    the event that the new one replaces, and `corrected` that event as it counts now;
    `corrected_dates` are when that one occurred, from when it counts, and how exactly it is known.
    `owed` are the open action items of the review that the command closes, each with its owner.
    `named` are the recorded events that the command is about, in the order in which it names them.
    """

    actor: str
    today: date
    occurred_on: date
    precision: Precision = "day"
    effective_from: date | None = None
    on_behalf_of: str | None = None
    reason: str | None = None
    source: Source = "cli"
    classification: Classification = "internal"
    approved_by: str | None = None
    corrects: UUID | None = None
    corrected: DomainEvent | None = None
    corrected_dates: tuple[date, date, Precision] | None = None
    owed: tuple[tuple[str, str], ...] = ()
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """A recorded fact as a decider folds it, without personal values.

    `position` is where the fact was first recorded, also when it has been corrected since.
    """

    event: DomainEvent
    position: int
    actor: str
    occurred_on: date
    effective_from: date


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command leads to in one stream. `stream_is_new` demands that nothing is there yet."""

    stream: str
    proposed: tuple[Proposed, ...]
    stream_is_new: bool = False


def merged_subjects(*parts: Iterable[str]) -> tuple[str, ...]:
    """Return all subjects once, sorted, so that equal facts have equal bytes."""
    return tuple(sorted({subject for part in parts for subject in part}))
