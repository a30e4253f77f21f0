"""The parameters of the rules that look at units, people, reviews and the theory of action."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from domain.errors import InvalidData
from domain.facts.fields import Slug
from domain.facts.finding import FindingKind
from domain.rule_parameters import (
    PolicyParameters,
    ReviewedDimension,
    ReviewedStage,
    require_every_stage,
)

WorkingDays = Annotated[int, Field(ge=0, le=250)]


class OverstayParameters(PolicyParameters):
    """Days planned for each stage; a unit overstays after more than ``percent`` of them."""

    planned_days: dict[ReviewedStage, Annotated[int, Field(ge=10, le=1825)]]
    percent: int = Field(ge=100, le=500)

    @model_validator(mode="after")
    def _every_stage_has_days(self) -> Self:
        require_every_stage("planned_days", self.planned_days)
        return self


class OwnerGapParameters(PolicyParameters):
    """More than so many working days without a head, or with an owner who has left."""

    working_days: WorkingDays


class OverdueActionsParameters(PolicyParameters):
    """At least ``count`` overdue action items of a unit, or a critical one that is very late.

    Very late is more than ``critical_working_days`` working days after its due date.
    """

    count: int = Field(ge=1, le=1000)
    critical_working_days: WorkingDays


class MissedReviewsParameters(PolicyParameters):
    """So many reviews of a unit that lapsed with none held in between."""

    in_a_row: int = Field(ge=1, le=12)


class InterruptionsParameters(PolicyParameters):
    """At least ``count`` interruptions of partnerships by one unit within ``window_days``.

    The review is about the unit; with ``about`` it is about that dimension, and joins what is open
    there.
    """

    count: int = Field(ge=1, le=1000)
    window_days: int = Field(ge=1, le=366)
    about: ReviewedDimension | None = None


class ContestedAssumptionParameters(PolicyParameters):
    """So many assumptions contested at once; 1 asks about each of them apart."""

    minimum_assumptions: int = Field(ge=1, le=99)


class LateRecordParameters(PolicyParameters):
    """A fact recorded at least ``minimum_days_late`` days after the day it counts from.

    It is asked about for ``look_back_days`` days from its recording on. Each subject whose packet
    lacked it gets a review; with ``looked_at_with`` "unit", packets about a network, a dimension or
    the district are looked at in the review of the unit whose packet lacked the same fact.
    """

    minimum_days_late: int = Field(ge=1, le=366)
    look_back_days: int = Field(ge=1, le=366)
    looked_at_with: Literal["unit"] | None = None


class ExternalShockParameters(PolicyParameters):
    """Which kinds of finding or order from outside are asked about, and for how many days.

    ``kinds`` are those of `ExternalFindingRecorded`, each once, a blank between them.
    """

    kinds: str
    look_back_days: int = Field(ge=1, le=366)

    @field_validator("kinds")
    @classmethod
    def _known_kinds(cls, text: str) -> str:
        given, known = text.split(" "), get_args(FindingKind)
        strange = [each for each in given if each not in known]
        if strange or len(set(given)) < len(given):
            raise InvalidData(
                f"kinds is {text!r}: name each once, a blank between, of: {', '.join(known)}"
            )
        return text


class LeadershipChangeParameters(PolicyParameters):
    """The unit whose head is watched, and for how many days a change is asked about.

    A change of the chair of the stewardship team is looked for in any case.
    """

    unit: Slug
    look_back_days: int = Field(ge=1, le=366)
