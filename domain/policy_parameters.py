"""The parameters of each review rule: what they mean, their bounds, and how they are checked.

A stored policy must say everything it depends on, so no parameter has a default. Parameters are
whole numbers and words only; a number with a fraction is a decimal text, and a whole number given
as text is refused.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from domain.cadence_parameters import CadenceParameters, RecurrenceParameters
from domain.errors import InvalidData
from domain.measure_parameters import (
    EquityGapParameters,
    GapWideningParameters,
    MeasureBelowParameters,
    ProcessSignalParameters,
)
from domain.rule_parameters import PolicyParameters, ReviewedStage, require_every_stage
from domain.trigger_parameters import (
    ContestedAssumptionParameters,
    ExternalShockParameters,
    InterruptionsParameters,
    LateRecordParameters,
    LeadershipChangeParameters,
    MissedReviewsParameters,
    OverdueActionsParameters,
    OverstayParameters,
    OwnerGapParameters,
)

RuleName = Literal[
    "cadence",
    "recurrence",
    "stalled_unit",
    "rating_regression",
    "stale_evidence",
    "activities_completed",
    "overstay",
    "owner_gap",
    "overdue_actions",
    "missed_reviews",
    "interruptions",
    "measure_below",
    "equity_gap",
    "process_signal",
    "contested_assumption",
    "late_record",
    "leadership_change",
    "external_shock",
    "gap_widening",
]


class StalledUnitParameters(PolicyParameters):
    """Days without a qualifying event, by stage, after which a unit counts as stalled.

    ``summer_half_days`` is what a summer day adds to the count, in half days: 2 is a full day.
    """

    days: dict[ReviewedStage, Annotated[int, Field(ge=5, le=730)]]
    summer_half_days: int = Field(ge=0, le=2)

    @model_validator(mode="after")
    def _every_stage_has_days(self) -> Self:
        require_every_stage("days", self.days)
        return self


class RatingRegressionParameters(PolicyParameters):
    """An indicator whose level falls by at least ``minimum_fall`` levels."""

    minimum_fall: int = Field(ge=1, le=3)


class StaleEvidenceParameters(PolicyParameters):
    """Ages in days at which the newest evidence for an indicator is marked, and counts as stale.

    A review opens when at least ``minimum_indicators`` key indicators of a unit are stale.
    """

    warn_days: int = Field(ge=1, le=1095)
    fire_days: int = Field(ge=2, le=1095)
    minimum_indicators: int = Field(ge=1, le=29)

    @model_validator(mode="after")
    def _warns_before_it_fires(self) -> Self:
        if self.warn_days >= self.fire_days:
            raise InvalidData(
                f"warn_days ({self.warn_days}) must be less than fire_days ({self.fire_days})"
            )
        return self


class ActivitiesCompletedParameters(PolicyParameters):
    """A review after every ``count`` activities completed in a unit, or in a dimension."""

    scope: Literal["unit", "dimension"]
    count: int = Field(ge=1, le=1000)


_MODELS: dict[str, type[PolicyParameters]] = {
    "cadence": CadenceParameters,
    "recurrence": RecurrenceParameters,
    "stalled_unit": StalledUnitParameters,
    "rating_regression": RatingRegressionParameters,
    "stale_evidence": StaleEvidenceParameters,
    "activities_completed": ActivitiesCompletedParameters,
    "overstay": OverstayParameters,
    "owner_gap": OwnerGapParameters,
    "overdue_actions": OverdueActionsParameters,
    "missed_reviews": MissedReviewsParameters,
    "interruptions": InterruptionsParameters,
    "measure_below": MeasureBelowParameters,
    "equity_gap": EquityGapParameters,
    "process_signal": ProcessSignalParameters,
    "contested_assumption": ContestedAssumptionParameters,
    "late_record": LateRecordParameters,
    "leadership_change": LeadershipChangeParameters,
    "external_shock": ExternalShockParameters,
    "gap_widening": GapWideningParameters,
}


def parse_parameters(rule: str, parameters: Mapping[str, Any]) -> PolicyParameters:
    """The typed parameters of ``rule``.

    Raises InvalidData naming every parameter that is missing, unknown or out of bounds.
    """
    model = _MODELS.get(rule)
    if model is None:
        raise InvalidData(f"there is no rule {rule!r}; use one of: {', '.join(_MODELS)}")
    try:
        return model.model_validate(dict(parameters))
    except ValidationError as refusal:
        complaints = "; ".join(
            _complaint(
                error["type"],
                ".".join(str(part) for part in error["loc"]),
                error["input"],
                error["msg"],
                model.model_fields,
            )
            for error in refusal.errors()
        )
        raise InvalidData(f"parameters of the rule {rule!r} are refused: {complaints}") from None


def _complaint(kind: str, name: str, given: object, message: str, known: Iterable[str]) -> str:
    """One refusal of pydantic in words: ``kind`` is its type of error, ``name`` the parameter."""
    if kind == "missing":
        return f"{name} is missing, add it"
    if kind == "extra_forbidden":
        return f"{name} is unknown, remove it or use one of: {', '.join(known)}"
    if not name:
        return message.removeprefix("Value error, ")
    return f"{name} is {given!r}, but: {message}"
