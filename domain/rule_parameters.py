"""What the parameters of all review rules share: their base, and the stages that are reviewed."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import InvalidData

ReviewedStage = Literal["S1", "S2", "S3", "S4", "S5"]

ReviewedDimension = Annotated[str, Field(pattern=r"^dimension:[1-5]$")]
"""The dimension that a policy's reviews are about, such as `dimension:2`, whatever was found."""


class PolicyParameters(BaseModel):
    """Base of the parameters of every rule."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def as_mapping(self) -> dict[str, Any]:
        """The parameters as a policy event stores them: what is left out stays out."""
        return self.model_dump(exclude_none=True)


def require_every_stage(name: str, given: Mapping[ReviewedStage, int]) -> None:
    """Raise InvalidData, naming what is missing, unless a parameter has a value for each stage."""
    missing = [stage for stage in get_args(ReviewedStage) if stage not in given]
    if missing:
        raise InvalidData(f"{name} lacks the stages {', '.join(missing)}: add them")
