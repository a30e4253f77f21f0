"""The parameters of the rules that the calendar alone makes fire."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from domain.errors import InvalidData
from domain.rule_parameters import PolicyParameters, ReviewedStage

MOST_DATES = 400
"""How many days one recurrence may name: more than a year of daily ones, thirty of monthly."""


class _OfUnitsOrDistrict(PolicyParameters):
    """Whom it concerns: the district, or each unit in a span of stages."""

    subject: Literal["unit", "district"]
    first_stage: ReviewedStage | None = None
    last_stage: ReviewedStage | None = None

    @model_validator(mode="after")
    def _stages_belong_to_units(self) -> Self:
        if self.subject == "district":
            if self.first_stage is not None or self.last_stage is not None:
                raise InvalidData("a district has no stage: leave out first_stage and last_stage")
            return self
        if self.first_stage is None or self.last_stage is None:
            raise InvalidData("reviews of units need first_stage and last_stage, S1 to S5")
        if self.first_stage > self.last_stage:
            raise InvalidData(
                f"first_stage {self.first_stage} comes after last_stage {self.last_stage}: swap"
            )
        return self


class CadenceParameters(_OfUnitsOrDistrict):
    """A review once in every ``period``, for the district or for each unit in a span of stages."""

    period: Literal["month", "quarter"]


class RecurrenceParameters(_OfUnitsOrDistrict):
    """A review on each of the ``dates``, for the district or each unit in a span of stages.

    ``rrule`` (RFC 5545: DTSTART and RRULE, a line each) is what people read; ``dates`` is what it
    came to when the policy was written, and all that is ever evaluated: ISO days in order, each
    once, a blank between them. There one that fell on a closed day is the next working day.
    ``cot policy expand`` writes them.
    """

    rrule: Annotated[str, Field(min_length=1, max_length=500)]
    dates: str

    @field_validator("dates")
    @classmethod
    def _days_in_order(cls, text: str) -> str:
        days: list[date] = []
        for word in text.split(" "):
            try:
                day = date.fromisoformat(word)
            except ValueError:
                raise InvalidData(f"{word!r} is no day such as 2026-09-07") from None
            if day.isoformat() != word:
                raise InvalidData(f"{word!r} is written {day.isoformat()} here")
            if days and day <= days[-1]:
                raise InvalidData(f"{day} does not come after {days[-1]}: put each once, in order")
            days.append(day)
        if len(days) > MOST_DATES:
            raise InvalidData(f"it names {len(days)} days; at most {MOST_DATES} are allowed")
        return text
