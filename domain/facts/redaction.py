"""Facts about redactions: asked for, approved by two others, and the values withdrawn."""

from typing import ClassVar

from pydantic import Field

from domain.facts.fields import Slug, Title
from domain.ids import subject
from domain.message import DomainEvent, Withdrawal, WithdrawnValues

EVERY_REDACTION = subject("redactions", "all")
"""The subject that all facts about redactions share."""


class _OfRedaction(DomainEvent):
    """A fact about one redaction."""

    final: ClassVar[bool] = True

    redaction: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the redaction, and all redactions."""
        return (subject("redaction", self.redaction), EVERY_REDACTION)


class RedactionRequested(_OfRedaction):
    """Somebody asks that personal values be withdrawn. `basis` cites the law or rule for it.

    Why is said in the envelope's reason, without repeating what is to go. `on_behalf_of` repeats
    the envelope's: whoever is asked for by another may not agree either.
    """

    basis: Title
    on_behalf_of: Slug | None = None
    targets: tuple[WithdrawnValues, ...] = Field(min_length=1, max_length=50)


class RedactionApproved(_OfRedaction):
    """One of the two who must agree has agreed: the actor of this event.

    `on_behalf_of` repeats the envelope's, so that nobody agrees a second time through another.
    """

    on_behalf_of: Slug | None = None


class RedactionDeclined(_OfRedaction):
    """The redaction will not take place; the reason says why."""


class ValuesWithdrawn(Withdrawal):
    """Personal values and their salts were removed; leaves and commitments stay as they were.

    `approved_by` are the two who agreed; the decider adds the subjects of the events concerned.
    """

    redaction: Slug
    basis: Title
    approved_by: tuple[Slug, ...] = Field(min_length=2, max_length=2)

    def subjects(self) -> tuple[str, ...]:
        """Return the redaction, all redactions, and each event that a value was taken from."""
        named = (subject("event", str(each.event_id)) for each in self.withdrawn)
        return (subject("redaction", self.redaction), EVERY_REDACTION, *named)
