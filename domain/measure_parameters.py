"""The parameters of the rules that look at measures. A number with a fraction is a decimal text."""

from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from domain.errors import InvalidData
from domain.facts.fields import DecimalText, Slug
from domain.rule_parameters import PolicyParameters, ReviewedDimension


class MeasureBelowParameters(PolicyParameters):
    """The measure that is looked at, and the limit in its unit.

    The review is about what was measured; with ``about`` it is about that dimension, and joins
    what is open there.
    """

    measure: Slug
    below: DecimalText
    about: ReviewedDimension | None = None


class EquityGapParameters(PolicyParameters):
    """A school group, the group it is compared with, and when the difference is a gap.

    ``ratio`` is the least parity ratio that is no gap, above 0 and at most 1; ``months`` how many
    months in a row must be below it; ``minimum_n`` the fewest behind a value that is compared.
    """

    measure: Slug
    group: Slug
    compared_with: Slug
    ratio: DecimalText
    months: int = Field(ge=1, le=24)
    minimum_n: int = Field(ge=1, le=100_000)

    @model_validator(mode="after")
    def _groups_and_ratio_make_sense(self) -> Self:
        if self.group == self.compared_with:
            raise InvalidData(f"{self.group} is compared with itself: name another compared_with")
        if not 0 < Decimal(self.ratio) <= 1:
            raise InvalidData(
                f"ratio is {self.ratio}: give one above 0 and at most 1, such as 0.80"
            )
        return self


class GapWideningParameters(PolicyParameters):
    """Two school groups, and by how much the gap between them must grow from period to period.

    ``amount`` is in the unit of the measure; ``minimum_n`` the fewest behind a value.
    """

    measure: Slug
    group: Slug
    compared_with: Slug
    amount: DecimalText
    minimum_n: int = Field(ge=1, le=100_000)

    @model_validator(mode="after")
    def _groups_and_amount_make_sense(self) -> Self:
        if self.group == self.compared_with:
            raise InvalidData(f"{self.group} is compared with itself: name another compared_with")
        if Decimal(self.amount) <= 0:
            raise InvalidData(f"amount is {self.amount}: give one above 0, such as 2.5")
        return self


class ProcessSignalParameters(PolicyParameters):
    """When an individuals chart shows a signal.

    Mean and limits are made from the first ``baseline_points`` values, from ``baseline_from`` on
    if it is given, and stay: adopting the policy again with another day is how they are re-based.
    ``signals`` are those towards the ``worse`` only, or in ``either`` direction.
    """

    measure: Slug
    baseline_points: int = Field(ge=12, le=500)
    run_length: int = Field(ge=5, le=20)
    trend_length: int = Field(ge=5, le=20)
    signals: Literal["worse", "either"]
    baseline_from: str | None = None

    @field_validator("baseline_from")
    @classmethod
    def _a_day(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                date.fromisoformat(value)
            except ValueError:
                raise InvalidData("write it as year-month-day, such as 2025-09-01") from None
        return value
