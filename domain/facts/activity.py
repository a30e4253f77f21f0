"""Facts about one transformation activity, planned by the district or reported by a publication."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from domain.facts.fields import DecimalText, Dimension, Note, Slug, Title
from domain.ids import subject
from domain.message import DomainEvent, Precision


class _OfActivity(DomainEvent):
    """A fact about one activity; its units are added by the decider."""

    activity: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the activity."""
        return (subject("activity", self.activity),)


class ActivityPlanned(_OfActivity):
    """Units intend an activity, with an owner and a due date.

    Version 1 named a single `unit`; version 2 names `units`.
    """

    schema_version: ClassVar[int] = 2

    title: Title
    units: tuple[Slug, ...] = Field(min_length=1)
    dimension: Dimension
    owner: Slug
    starts_on: date
    due_on: date
    aims: tuple[Slug, ...] = ()

    def subjects(self) -> tuple[str, ...]:
        """Return the activity and its units."""
        return (subject("activity", self.activity), *(subject("unit", u) for u in self.units))


class ActivityStarted(_OfActivity):
    """Work on the activity began."""


class ActivityProgressNoted(_OfActivity):
    """How far it is. `schools_percent` is the share of schools reached, 0 to 100."""

    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    note: Note | None = None
    schools_percent: int | None = Field(default=None, ge=0, le=100)


class ActivityReassigned(_OfActivity):
    """Another person answers for it, or other units do it: all of them, changed or not."""

    owner: Slug
    units: tuple[Slug, ...] = Field(min_length=1)

    def subjects(self) -> tuple[str, ...]:
        """Return the activity and its units from now on; those before are added."""
        return (subject("activity", self.activity), *(subject("unit", u) for u in self.units))


class ActivityCompleted(_OfActivity):
    """The activity is done, and the evidence shows it."""

    personal: ClassVar[frozenset[str]] = frozenset({"outcome"})

    evidence: tuple[Slug, ...] = Field(min_length=1)
    outcome: Note | None = None


class ActivityAbandoned(_OfActivity):
    """The activity ends without being done. The envelope's reason says why."""

    personal: ClassVar[frozenset[str]] = frozenset({"learned"})

    learned: Note | None = None


class _Published(_OfActivity):
    """What a publication says, with its source. Moves no stage, needs no owner.

    `last_day` ends the bracket that the occurrence's precision opens. `known_on` and
    `known_precision` date the publication. `summary` is personal; `published_summary` is used
    instead when the import declares its source public. `quantity` is signed where it is a change.
    """

    personal: ClassVar[frozenset[str]] = frozenset({"summary"})

    external_id: str = Field(min_length=1, max_length=80)
    kind: Slug
    unit: Slug
    dimension: Dimension
    title: Title
    last_day: date
    quantity: DecimalText | None = None
    quantity_unit: str | None = Field(default=None, max_length=120)
    source_url: str | None = Field(default=None, max_length=500)
    source_title: str | None = Field(default=None, max_length=300)
    known_on: date | None = None
    known_precision: Precision | None = None
    summary: Note | None = None
    published_summary: Note | None = None

    def subjects(self) -> tuple[str, ...]:
        """Return the activity and its unit."""
        return (subject("activity", self.activity), subject("unit", self.unit))


class ActivityReported(_Published):
    """A publication reports that something happened."""


class ActivityAnnounced(_Published):
    """A publication reports a plan. It is not a fact that the plan was carried out."""
