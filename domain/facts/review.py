"""Facts about a review cycle: why it opened, that it was held, what it decided, how it closed."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.facts.fields import DigestText, Note, Slug, Subject, Title
from domain.ids import review_slot, subject
from domain.message import DomainEvent

DecisionKind = Literal[
    "continue", "change", "advance", "revert", "hold", "stop", "spread", "escalate", "none"
]


class TriggerFact(BaseModel):
    """One thing that made a rule fire: `position` of the event behind it, and what it shows."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    position: int = Field(ge=1)
    shows: str = Field(min_length=1, max_length=300)


class OfReview(DomainEvent):
    """A fact about one review; its subject is added by the decider."""

    review: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the review."""
        return (subject("review", self.review),)


class _Opened(OfReview):
    """A review opens: by rule and facts. `as_of_position` and `as_of_date` re-derive them."""

    review_type: Slug
    about: Subject
    title: Title
    due_on: date
    policy: Slug
    rule: Slug
    rule_digest: DigestText
    cause_key: str = Field(min_length=1, max_length=200)
    as_of_position: int = Field(ge=0)
    as_of_date: date
    facts: tuple[TriggerFact, ...]

    def subjects(self) -> tuple[str, ...]:
        """Return the review, what it is about, and the slot it takes."""
        return (
            subject("review", self.review),
            self.about,
            review_slot(self.review_type, self.about),
        )


class ReviewScheduled(_Opened):
    """The calendar opened it."""


class ReviewTriggered(_Opened):
    """Something that changed, or went quiet, opened it."""


class ReviewTriggerMerged(OfReview):
    """A further cause joined a review that was open already."""

    policy: Slug
    rule: Slug
    rule_digest: DigestText
    cause_key: str = Field(min_length=1, max_length=200)
    as_of_position: int = Field(ge=0)
    as_of_date: date
    facts: tuple[TriggerFact, ...]


class ReviewHeld(OfReview):
    """The people met. `present` are actor ids."""

    present: tuple[Slug, ...] = Field(min_length=1)
    minutes_digest: DigestText | None = None


class DecisionRecorded(OfReview):
    """The review decided; on evidence, or saying that the evidence was insufficient."""

    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    decision: DecisionKind
    title: Title
    unit: Slug | None = None
    to_stage: str | None = Field(default=None, pattern=r"^S[0-6]$")
    evidence: tuple[Slug, ...] = ()
    insufficient: bool = False
    note: Note | None = None


class ReviewClosed(OfReview):
    """The review is over; `next_on` is when the subject is looked at again, if known."""

    next_on: date | None = None
