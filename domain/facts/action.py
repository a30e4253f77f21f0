"""Facts about an action item: one owner, one date, and what would show that it worked."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from domain.facts.fields import EscalationLevel, Note, Slug, Title
from domain.ids import subject
from domain.message import DomainEvent


class _OfAction(DomainEvent):
    """A fact about one action item; its review and unit are added by the decider."""

    action: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the action item."""
        return (subject("action", self.action),)


class ActionItemOpened(_OfAction):
    """Someone owes something by a date, from a review's decision."""

    title: Title
    review: Slug
    unit: Slug | None = None
    owner: Slug
    due_on: date
    shows_it_worked: Title
    critical: bool = False

    def subjects(self) -> tuple[str, ...]:
        """Return the action, its review and its unit."""
        unit = () if self.unit is None else (subject("unit", self.unit),)
        return (subject("action", self.action), subject("review", self.review), *unit)


class ActionItemAccepted(_OfAction):
    """The owner takes it on."""


class ActionItemReassigned(_OfAction):
    """Another person owes it, or it concerns another unit. Its new owner has not accepted it yet.

    `unit` is the unit it concerns from now on, changed or not.
    """

    owner: Slug
    unit: Slug | None = None

    def subjects(self) -> tuple[str, ...]:
        """Return the action and its unit."""
        unit = () if self.unit is None else (subject("unit", self.unit),)
        return (subject("action", self.action), *unit)


class ActionItemDueDateMoved(_OfAction):
    """It is due on another day. The reason, and who approved the move, are in the envelope."""

    from_due_on: date
    due_on: date


class ActionItemEscalated(_OfAction):
    """It is overdue, and somebody higher was told. A moved due date ends an escalation."""

    level: EscalationLevel


class ActionItemCompleted(_OfAction):
    """The owner says it is done, on evidence."""

    evidence: tuple[Slug, ...] = Field(min_length=1)


class ActionItemVerified(_OfAction):
    """A person other than the one who did it found it done."""


class ActionItemDropped(_OfAction):
    """It will not be done. The envelope's reason says why."""

    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    note: Note | None = None
