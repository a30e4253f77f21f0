"""The stages a unit goes through, and the gate at the end of each.

A gate opens when every ``must`` criterion is met, or waived where it may be, and at least
``rest_percent`` of the others are met. Whether a unit passes is decided by a review, not here.
"""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.errors import InvalidData
from domain.shipped import Text, repeated, shipped_text

StageCode = Literal["S0", "S1", "S2", "S3", "S4", "S5", "S6"]


class Criterion(BaseModel):
    """One thing that must or should be true before a unit leaves a stage."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    text: Text
    must: bool
    waivable: bool


class StageGate(BaseModel):
    """One stage: what entering it means, and the criteria for leaving it. The last has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: StageCode
    name: Text
    entry: Text
    exit_criteria: tuple[Criterion, ...]

    @property
    def must(self) -> tuple[Criterion, ...]:
        """The criteria that must each be met or waived."""
        return tuple(criterion for criterion in self.exit_criteria if criterion.must)

    @property
    def rest(self) -> tuple[Criterion, ...]:
        """The criteria of which only a share must be met."""
        return tuple(criterion for criterion in self.exit_criteria if not criterion.must)


class Gates(BaseModel):
    """All stages in order, with the share of the lesser criteria that a gate asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Text
    label: Text
    rest_percent: int = Field(ge=0, le=100)
    stages: tuple[StageGate, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _stages_and_criteria_are_unique(self) -> Self:
        codes: list[str] = [stage.code for stage in self.stages]
        if codes != sorted(set(codes)):
            raise InvalidData(f"stages must each come once and in order, not as {codes}")
        ids = [criterion.id for stage in self.stages for criterion in stage.exit_criteria]
        if twice := repeated(ids):
            raise InvalidData(f"exit criteria have the same id: {', '.join(twice)}")
        return self

    def stage(self, code: str) -> StageGate:
        """The stage with this code. Raises InvalidData when there is none."""
        for stage in self.stages:
            if stage.code == code:
                return stage
        known = ", ".join(stage.code for stage in self.stages)
        raise InvalidData(f"there is no stage {code!r}; the stages are {known}")

    def rest_needed(self, code: str) -> int:
        """How many of the lesser criteria of a stage must be met, rounded up."""
        return -(-len(self.stage(code).rest) * self.rest_percent // 100)


@cache
def shipped_gates() -> Gates:
    """The gates that ship with the product, read once from their file."""
    return Gates.model_validate_json(shipped_text("domain.catalogue", "gates_v1.json"))
