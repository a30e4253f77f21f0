"""Facts about reading and about refusals: who looked at what, and what somebody tried in vain."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.facts.fields import Slug
from domain.ids import subject
from domain.message import Classification, DomainEvent

EVERY_ACCESS = subject("accesses", "all")
EVERY_REFUSAL = subject("refusals", "all")
EVERY_CLASSIFICATION = subject("classifications", "all")

RestrictedClass = Literal["personnel", "student-derived", "privileged"]
"""A class that not everybody may read."""


class AccessedItem(BaseModel):
    """One event that was read, with the classes for which a right was needed."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    event_id: UUID
    position: int = Field(ge=1)
    type: Slug
    classes: tuple[Classification, ...] = Field(min_length=1)


class RecordsAccessed(DomainEvent):
    """The actor of this event read restricted records; the reason tells the purpose."""

    final: ClassVar[bool] = True

    access: Slug
    role: Slug
    items: tuple[AccessedItem, ...] = Field(min_length=1, max_length=200)

    def subjects(self) -> tuple[str, ...]:
        """Return the access, and all accesses."""
        return (subject("access", self.access), EVERY_ACCESS)


class RecordClassified(DomainEvent):
    """From now on only those may read the event who may read this class, besides its others."""

    event_id: UUID
    position: int = Field(ge=1)
    classification: RestrictedClass

    def subjects(self) -> tuple[str, ...]:
        """Return the classification, the event, and all classifications."""
        event = str(self.event_id)
        return (subject("classification", event), subject("event", event), EVERY_CLASSIFICATION)


class AttemptRefused(DomainEvent):
    """The actor tried what a rule of the record forbids; nothing but the attempt was recorded.

    `attempt` names the command, `target` the stream it was about, `explanation` what was told.
    """

    final: ClassVar[bool] = True

    refusal: Slug
    attempt: Slug
    rule: Slug
    target: str = Field(min_length=1, max_length=200)
    explanation: str = Field(min_length=1, max_length=600)

    def subjects(self) -> tuple[str, ...]:
        """Return the refusal, and all refusals."""
        return (subject("refusal", self.refusal), EVERY_REFUSAL)
