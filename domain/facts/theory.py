"""Facts about the district's theory of action: what it assumes, and what speaks for and against."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.facts.fields import Note, Slug, Title
from domain.ids import subject
from domain.message import DomainEvent

AssumptionId = Annotated[str, Field(pattern=r"^A[1-9][0-9]?$")]
"""The number of an assumption, A1 to A99; it stays with the assumption through all versions."""

Sentence = Annotated[str, Field(min_length=1, max_length=400)]
"""A statement or an assumption in one sentence, without personal data."""

Direction = Literal["for", "against"]
"""Which way a piece of evidence speaks."""

AssumptionStatus = Literal["open", "supported", "weak", "contested", "dropped"]
"""How an assumption stands; a dropped one comes back only by a revision."""

THEORY = "all"
"""The identifier of the one theory of a district."""


class Assumption(BaseModel):
    """What must be true for the theory to hold, and the measure that would show it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    assumption: AssumptionId
    text: Sentence
    measure: Slug


def _named(assumptions: tuple[str, ...]) -> tuple[str, ...]:
    named = (subject("assumption", each) for each in assumptions)
    return (subject("theory", THEORY), *named)


class TheoryOfActionAdopted(DomainEvent):
    """A whole theory is adopted; it replaces the version before, and its assumptions are open.

    `statements` say what follows from what: if central offices do this, then teaching changes so.
    `review` decided on it; the first version may come without.
    """

    version: int = Field(ge=1)
    statements: tuple[Sentence, ...] = Field(min_length=1)
    assumptions: tuple[Assumption, ...] = Field(min_length=1)
    review: Slug | None = None

    def subjects(self) -> tuple[str, ...]:
        """Return the theory, its assumptions, the review and the district."""
        reviews = () if self.review is None else (subject("review", self.review),)
        named = _named(tuple(each.assumption for each in self.assumptions))
        return (*named, *reviews, subject("district", "all"))


class TheoryOfActionRevised(DomainEvent):
    """A part of the theory changes: assumptions reworded or added (`changed`), or `dropped`.

    What is not named stays as it was, with its status and its evidence; without `statements` those
    stay too. A reworded assumption is open again.
    """

    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    from_version: int = Field(ge=1)
    to_version: int = Field(ge=2)
    statements: tuple[Sentence, ...] = ()
    changed: tuple[Assumption, ...] = ()
    dropped: tuple[AssumptionId, ...] = ()
    rationale: Title
    note: Note | None = None
    review: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the theory, the assumptions that change, the review and the district."""
        changed = tuple(each.assumption for each in self.changed)
        reviews = subject("review", self.review)
        return (*_named((*changed, *self.dropped)), reviews, subject("district", "all"))


class AssumptionEvidenceLinked(DomainEvent):
    """Evidence speaks for or against an assumption. It does not change the status by itself."""

    assumption: AssumptionId
    evidence: tuple[Slug, ...] = Field(min_length=1)
    direction: Direction

    def subjects(self) -> tuple[str, ...]:
        """Return the theory, the assumption and the evidence."""
        cited = (subject("evidence", each) for each in self.evidence)
        return (*_named((self.assumption,)), *cited)


class AssumptionStatusChanged(DomainEvent):
    """Someone judged how an assumption stands; on evidence, or saying that it was insufficient."""

    assumption: AssumptionId
    status: AssumptionStatus
    evidence: tuple[Slug, ...] = ()
    insufficient: bool = False

    def subjects(self) -> tuple[str, ...]:
        """Return the theory, the assumption and the evidence."""
        cited = (subject("evidence", each) for each in self.evidence)
        return (*_named((self.assumption,)), *cited)
