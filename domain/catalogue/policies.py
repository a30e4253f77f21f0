"""Review policies that ship as defaults: which rule, with which numbers, opens which review."""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from domain.errors import InvalidData
from domain.policy_parameters import RuleName, parse_parameters
from domain.rule_parameters import PolicyParameters
from domain.shipped import Text, repeated, shipped_text

ReviewType = Literal["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8"]
"""R1 test study, R2 monthly unit, R3 network, R4 quarterly district, R5 annual theory of action,
R6 event-driven, R7 board report, R8 closing."""


class Policy(BaseModel):
    """One policy. ``due_working_days`` counts from the day it fires, or the end of the period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=80)]
    rule: RuleName
    review_type: ReviewType
    parameters: SerializeAsAny[PolicyParameters]
    due_working_days: int = Field(ge=1, le=120)
    owner_role: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$", max_length=80)]
    description: Text

    @field_validator("parameters", mode="before")
    @classmethod
    def _typed_by_the_rule(cls, value: object, info: ValidationInfo) -> object:
        # A rule that is itself wrong is reported under its own field.
        rule = info.data.get("rule")
        if rule is None or not isinstance(value, dict):
            return value
        return parse_parameters(rule, value)


class Policies(BaseModel):
    """The policies of one shipped version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Text
    label: Text
    policies: tuple[Policy, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _slugs_are_unique(self) -> Self:
        slugs = [policy.slug for policy in self.policies]
        if twice := repeated(slugs):
            raise InvalidData(f"policies have the same slug: {', '.join(twice)}")
        return self

    def policy(self, slug: str) -> Policy:
        """The policy with this slug. Raises InvalidData when there is none."""
        for policy in self.policies:
            if policy.slug == slug:
                return policy
        known = ", ".join(policy.slug for policy in self.policies)
        raise InvalidData(f"there is no shipped policy {slug!r}; the policies are {known}")


@cache
def shipped_policies() -> Policies:
    """The policies that ship with the product, read once from their file."""
    return Policies.model_validate_json(shipped_text("domain.catalogue", "policies_v1.json"))
