"""Indicators and rubrics as values, and the rubric that ships with the product."""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.errors import InvalidData
from domain.shipped import Text, repeated, shipped_text

IndicatorScope = Literal["network", "unit", "district"]
"""Who is rated: a network and its supervisor, a unit, or the district as a whole."""

Grounding = Literal["P", "B", "X"]
"""P: a practice named in research. B: its before and after contrast. X: this project's wording."""


class Dimension(BaseModel):
    """One of the five dimensions of central office transformation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=1, le=5)
    title: Text


class Indicator(BaseModel):
    """One thing that is rated: ``levels[n]`` says what level ``n``, from 0 to 3, looks like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^D[1-5]\.[1-9]$")]
    dimension: int = Field(ge=1, le=5)
    scope: IndicatorScope
    title: Text
    levels: tuple[Text, Text, Text, Text]
    grounding: tuple[Grounding, ...] = Field(min_length=1)
    grounding_note: str = ""

    @model_validator(mode="after")
    def _code_names_its_dimension(self) -> Self:
        if self.code[1] != str(self.dimension):
            raise InvalidData(
                f"indicator {self.code} states dimension {self.dimension}; "
                f"its code belongs to dimension {self.code[1]}"
            )
        return self


class Rubric(BaseModel):
    """One published version of the rubric. A rating names the version it was made with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Text
    label: Text
    sources: tuple[Text, ...]
    grounding_marks: dict[Grounding, Text]
    level_meanings: tuple[Text, Text, Text, Text]
    dimensions: tuple[Dimension, ...]
    baseline: tuple[str, ...]
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique_and_known(self) -> Self:
        codes = [indicator.code for indicator in self.indicators]
        if twice := repeated(codes):
            raise InvalidData(f"rubric {self.version} has indicators twice: {', '.join(twice)}")
        unknown = [code for code in self.baseline if code not in codes]
        if unknown:
            raise InvalidData(
                f"the baseline of rubric {self.version} names indicators it does not have: "
                f"{', '.join(unknown)}"
            )
        numbers = {dimension.number for dimension in self.dimensions}
        homeless = [item.code for item in self.indicators if item.dimension not in numbers]
        if homeless:
            raise InvalidData(
                f"rubric {self.version} does not describe the dimension of {', '.join(homeless)}"
            )
        return self

    def indicator(self, code: str) -> Indicator:
        """The indicator with this code. Raises InvalidData when the rubric has none."""
        for indicator in self.indicators:
            if indicator.code == code:
                return indicator
        raise InvalidData(
            f"rubric {self.version} has no indicator {code!r}; "
            f"its codes run from {self.indicators[0].code} to {self.indicators[-1].code}"
        )

    def by_dimension(self) -> dict[int, tuple[Indicator, ...]]:
        """Indicators by number of dimension, both in the order of the rubric."""
        return {
            dimension.number: tuple(
                item for item in self.indicators if item.dimension == dimension.number
            )
            for dimension in self.dimensions
        }

    def baseline_indicators(self) -> tuple[Indicator, ...]:
        """The indicators a unit must have rated before its baseline counts as made."""
        return tuple(self.indicator(code) for code in self.baseline)


@cache
def shipped_rubric() -> Rubric:
    """The rubric that ships with the product, read once from its file."""
    return Rubric.model_validate_json(shipped_text("domain.rubric", "rubric_v1.json"))
