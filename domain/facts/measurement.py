"""Facts about measures: what is measured, and a value of it for a period and a school group."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.facts.fields import DecimalText, Slug, Title
from domain.ids import subject
from domain.message import DomainEvent, Precision

Better = Literal["higher", "lower"]
"""In which direction a measure improves."""

Measured = Annotated[
    str, Field(pattern=r"^((unit|network):[A-Za-z0-9][A-Za-z0-9._-]{0,79}|district:all)$")
]
"""Whose value it is, such as `unit:HR`, `network:A` or `district:all`."""

UnitOfMeasure = Annotated[str, Field(min_length=1, max_length=60)]
"""What a value counts, such as `days` or `percent of principals`."""

MeasureKind = Literal["service", "feedback", "outcome", "money", "partner"]
"""What a measure tells of: a unit's service, what principals say of it, what came of it at schools,
money planned or spent, or what an outside partner did."""

EVERY_SCHOOL = "all"
"""The school group that holds every school."""


class MeasureDefined(DomainEvent):
    """What a measure means from this version on; `minimum_n` is the fewest it may be published for.

    A further version changes the meaning of values recorded from then on, never of earlier ones.
    `against` names the measure that holds what was planned or promised, for money and partners.
    """

    measure: Slug
    version: int = Field(ge=1)
    title: Title
    unit_of_measure: UnitOfMeasure
    better: Better
    minimum_n: int = Field(default=10, ge=1)
    kind: MeasureKind = "service"
    against: Slug | None = None

    def subjects(self) -> tuple[str, ...]:
        """Return the measure."""
        return (subject("measure", self.measure),)


class MeasurementRecorded(DomainEvent):
    """The value of a measure for a period and a school group, and how many stand behind it.

    `measurement` is derived from measure, subject, period and group, so that each has one value
    that counts; a better one is a correction. The period includes both days; they are the first and
    the last of their brackets. `unit_of_measure` and `better` repeat the measure's version. `n`
    counts the schools, people or cases the value is made from. A source that is not evidence on
    record is named in `source_reference`.
    """

    measurement: Slug
    measure: Slug
    measure_version: int = Field(ge=1)
    about: Measured
    period_from: date
    period_to: date
    period_precision: Precision = "day"
    group: Slug = EVERY_SCHOOL
    value: DecimalText
    n: int = Field(ge=0)
    unit_of_measure: UnitOfMeasure
    better: Better
    evidence: tuple[Slug, ...] = ()
    source_reference: str | None = Field(default=None, min_length=1, max_length=300)

    def subjects(self) -> tuple[str, ...]:
        """Return the measurement, its measure, whose value it is, and the cited evidence."""
        return (
            subject("measurement", self.measurement),
            subject("measure", self.measure),
            self.about,
            *(subject("evidence", each) for each in self.evidence),
        )
