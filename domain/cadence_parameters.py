"""The parameters of the rules that the calendar alone makes fire."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from domain.errors import InvalidData
from domain.rule_parameters import PolicyParameters, ReviewedStage

MOST_DATES = 400
"""How many days one recurrence may name: more than a year of daily ones, thirty of monthly."""


class _OfSubjects(PolicyParameters):
    """Whom it concerns: the district, each network, or each unit in a span of stages."""

    subject: Literal["unit", "network", "district"]
    first_stage: ReviewedStage | None = None
    last_stage: ReviewedStage | None = None

    @model_validator(mode="after")
    def _stages_belong_to_units(self) -> Self:
        if self.subject != "unit":
            if self.first_stage is not None or self.last_stage is not None:
                raise InvalidData(
                    f"a {self.subject} has no stage: leave out first_stage and last_stage"
                )
            return self
        if self.first_stage is None or self.last_stage is None:
            raise InvalidData("reviews of units need first_stage and last_stage, S1 to S5")
        if self.first_stage > self.last_stage:
            raise InvalidData(
                f"first_stage {self.first_stage} comes after last_stage {self.last_stage}: swap"
            )
        return self


class CadenceParameters(_OfSubjects):
    """A review once in every ``period``: of the district, of each network, or of each unit.

    A network is one in which a director and a principal work together. Periods of seven weeks are
    counted from Monday, 1 January 2024.
    """

    period: Literal["month", "quarter", "seven_weeks"]


class RecurrenceParameters(_OfSubjects):
    """A review on each of the ``dates``, for the district or each unit in a span of stages.

    ``rrule`` (RFC 5545: DTSTART and RRULE, a line each) is what people read; ``dates`` is what it
    came to when the policy was written, and all that is ever evaluated: ISO days in order, each
    once, a blank between them. There one that fell on a closed day is the next working day.
    ``cot policy expand`` writes them.
    """

    subject: Literal["unit", "district"]
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
