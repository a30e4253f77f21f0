"""Kinds of dated facts found in publications, and the events they are recorded as.

A fact that is reported happened; a plan was announced and never counts as done.
"""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.errors import InvalidData
from domain.shipped import Text, repeated, shipped_text

Assertion = Literal["reported", "planned"]


class KindEvents(BaseModel):
    """The event type for each assertion a publication can make."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reported: Literal["ActivityReported"]
    planned: Literal["ActivityAnnounced"]


class Kind(BaseModel):
    """One kind of fact. ``leadership`` marks changes of leaders, which may call for a review."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Text
    default_dimension: int = Field(ge=1, le=5)
    leadership: bool
    events: KindEvents

    def event_for(self, assertion: Assertion) -> str:
        """The event type that records a fact of this kind with this assertion."""
        return self.events.reported if assertion == "reported" else self.events.planned


class Kinds(BaseModel):
    """The closed list of kinds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Text
    label: Text
    kinds: tuple[Kind, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        codes = [kind.code for kind in self.kinds]
        if twice := repeated(codes):
            raise InvalidData(f"the list of kinds has codes twice: {', '.join(twice)}")
        return self

    def kind(self, code: str) -> Kind:
        """The kind with this code. Raises InvalidData when the list has none."""
        for kind in self.kinds:
            if kind.code == code:
                return kind
        known = ", ".join(kind.code for kind in self.kinds)
        raise InvalidData(f"there is no kind {code!r}; use one of: {known}")


@cache
def shipped_kinds() -> Kinds:
    """The kinds that ship with the product, read once from their file."""
    return Kinds.model_validate_json(shipped_text("domain.catalogue", "kinds_v1.json"))
