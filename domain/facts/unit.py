"""Facts about a central office unit: its head, its stages, its gates, its holds."""

from datetime import date
from typing import ClassVar, Literal

from domain.facts.fields import Note, Slug, Stage, Title
from domain.ids import subject
from domain.message import DomainEvent

RestartCause = Literal["leader_change", "merger", "other"]
"""Why a unit begins again."""


class _OfUnit(DomainEvent):
    """A fact about one unit."""

    unit: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the unit."""
        return (subject("unit", self.unit),)


class UnitRegistered(_OfUnit):
    """A unit exists, under a code that no unit of the district had before.

    `catalogue_code` is its counterpart among the shipped 27, if it has one; `parent` a unit's code.
    """

    name: Title
    catalogue_code: Slug | None = None
    parent: Slug | None = None
    school_facing: bool = True


class UnitHeadAssigned(_OfUnit):
    """An actor heads the unit, acting or substantively."""

    head: Slug
    acting: bool = False


class UnitHeadVacated(_OfUnit):
    """The unit has no head from now on."""

    head: Slug


class GateCriterionAttested(_OfUnit):
    """A criterion for leaving a stage is met, or no longer, on the cited evidence."""

    stage: Stage
    criterion: Slug
    met: bool
    evidence: tuple[Slug, ...]


class GateWaived(_OfUnit):
    """A criterion is set aside until a date, by an approver."""

    stage: Stage
    criterion: Slug
    approver: Slug
    until: date


class UnitStageEntered(_OfUnit):
    """The unit goes one stage on, its gate being met. `review` is the review that decided it."""

    from_stage: Stage
    to_stage: Stage
    review: Slug | None = None


class UnitStageReverted(_OfUnit):
    """The unit goes back, because a review decided so on evidence."""

    from_stage: Stage
    to_stage: Stage
    review: Slug
    evidence: tuple[Slug, ...]


class UnitRestarted(_OfUnit):
    """The unit begins again in S1 under a new charter; its gates have to be met anew."""

    from_stage: Stage
    cause: RestartCause
    charter: Title


class UnitPutOnHold(_OfUnit):
    """The unit's clock stops from the effective date until `until`, unless lifted before."""

    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    until: date
    approver: Slug
    note: Note | None = None


class UnitHoldLifted(_OfUnit):
    """The hold ends."""
