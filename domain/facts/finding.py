"""Facts about findings and orders from outside: what was found, the plan, how far it has come."""

from datetime import date
from typing import Literal

from pydantic import Field

from domain.facts.fields import Slug, Title
from domain.ids import subject
from domain.message import DomainEvent

FindingKind = Literal["audit_finding", "state_order", "court_order", "federal_review"]
"""What came from outside. Others are added here, and to the kinds that a policy may name."""

FindingStatus = Literal["not_started", "under_way", "implemented", "risk_accepted", "closed"]
"""How far the plan has come; `closed` is said on the evidence that the finding no longer stands."""


class _OfFinding(DomainEvent):
    """A fact about one finding; its units are added by the decider."""

    finding: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the finding and the district."""
        return (subject("finding", self.finding), subject("district", "all"))


class ExternalFindingRecorded(_OfFinding):
    """Somebody outside found something, or ordered it. All texts are short and not personal.

    `condition` is what was found, `criteria` what should be, `reference` where it is written.
    Without `units` it concerns the district as a whole.
    """

    kind: FindingKind
    source: Slug
    reference: Title
    condition: Title
    criteria: Title
    cause: Title | None = None
    effect: Title | None = None
    recommendation: Title | None = None
    units: tuple[Slug, ...] = ()
    plan_due_on: date

    def subjects(self) -> tuple[str, ...]:
        """Return the finding, the district and the units."""
        return (*super().subjects(), *(subject("unit", unit) for unit in self.units))


class FindingPlanSubmitted(_OfFinding):
    """The district says what it will do about a finding, and who owes it (an actor id)."""

    plan: Title
    owner: Slug
    evidence: tuple[Slug, ...] = ()


class FindingStatusReported(_OfFinding):
    """How far the plan had come in a quarter, such as 2026-Q3."""

    period: str = Field(pattern=r"^[0-9]{4}-Q[1-4]$")
    status: FindingStatus
    evidence: tuple[Slug, ...] = ()
