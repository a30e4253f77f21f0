"""Facts about retention: how long personal values are kept, and that they were disposed of."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from domain.facts.fields import Slug, Title
from domain.ids import subject
from domain.message import Classification, DomainEvent, Withdrawal

EVERY_DISPOSITION = subject("dispositions", "all")
"""The subject that all facts about retention share."""


class RetentionRule(BaseModel):
    """For how many years the personal values of some events are kept, and by which authority.

    It is about events of the `types` and of the `classes` named; none named: of all. Years count
    from the later of the day it happened and the day it was recorded.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    rule: Slug
    title: Title
    types: tuple[Slug, ...] = ()
    classes: tuple[Classification, ...] = ()
    years: int = Field(ge=1, le=100)
    citation: Title


class RetentionRulesAdopted(DomainEvent):
    """The rules by which the district keeps and disposes; they replace those adopted before."""

    final: ClassVar[bool] = True

    rules_version: Slug
    rules: tuple[RetentionRule, ...] = Field(min_length=1, max_length=100)

    def subjects(self) -> tuple[str, ...]:
        """Return the district, and retention as a whole."""
        return (subject("retention", self.rules_version), EVERY_DISPOSITION)


class RecordsDisposed(Withdrawal):
    """Personal values whose time was up were removed under a rule; leaves and facts stay."""

    disposition: Slug
    rule: Slug
    rules_version: Slug
    years: int = Field(ge=1, le=100)
    citation: Title

    def subjects(self) -> tuple[str, ...]:
        """Return the disposition, and each event that a value was taken from."""
        named = (subject("event", str(each.event_id)) for each in self.withdrawn)
        return (subject("retention", self.disposition), EVERY_DISPOSITION, *named)
