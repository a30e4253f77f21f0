"""Facts about a piece of evidence: submitted, verified by another person, disputed, retracted."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain.facts.fields import DigestText, Note, Slug, Title
from domain.ids import subject
from domain.message import DomainEvent

DisputeOutcome = Literal["upheld", "dismissed"]
"""How a dispute ends: the evidence does not show what it claims to, or it does."""


class _OfEvidence(DomainEvent):
    """A fact about one piece of evidence; those who cite it are added by the decider."""

    evidence: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the evidence."""
        return (subject("evidence", self.evidence),)


class EvidenceSubmitted(_OfEvidence):
    """A document or observation is put on record by its digest; the document lies elsewhere.

    `source_key` tells sources or respondents apart for triangulation; `respondents` counts the
    people who answered, `population` those who were asked. `independent` says that it does not
    come from the units it is about.
    """

    title: Title
    kind: Slug
    digest: DigestText
    location: str = Field(min_length=1, max_length=500)
    collected_from: date
    collected_to: date
    source_key: Slug
    units: tuple[Slug, ...] = ()
    respondents: int | None = Field(default=None, ge=1)
    population: int | None = Field(default=None, ge=1)
    independent: bool = False

    def subjects(self) -> tuple[str, ...]:
        """Return the evidence and the units it is about."""
        return (subject("evidence", self.evidence), *(subject("unit", u) for u in self.units))


class EvidenceVerified(_OfEvidence):
    """A person other than the submitter checked it."""

    method: Title


class EvidenceDisputed(_OfEvidence):
    """A person other than the submitter says that it does not show what it claims to."""

    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    finding: Title
    note: Note | None = None


class EvidenceDisputeSettled(_OfEvidence):
    """A person who is no party to the dispute decided it.

    Upheld, the evidence may be relied on no more, and what relied on it is contested until
    someone decides again. It is not retracted by that: who withdraws it says so.
    """

    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    outcome: DisputeOutcome
    finding: Title
    note: Note | None = None


class EvidenceRetracted(_OfEvidence):
    """It may be relied on no more; what relied on it is contested until someone decides again."""

    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    replacement: Slug | None = None
    note: Note | None = None
