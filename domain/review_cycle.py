"""The numbers by which a district's reviews and late action items run their course."""

from typing import Literal

from pydantic import Field

from domain.errors import Rejected
from domain.facts.district import ReviewCycleRulesAdopted
from domain.message import Command

SHIPPED_CYCLE = ReviewCycleRulesAdopted(
    freeze_working_days=3,
    packet_frozen_by="scheduler",
    chair_working_days=5,
    lapse_working_days=10,
    effect_from_days=60,
    effect_until_days=120,
    quorum=1,
    most_postponements=2,
    action_owner_working_days=1,
    action_head_working_days=5,
    action_chair_working_days=10,
    action_superintendent_working_days=20,
)
"""The numbers of a review's course, and of late action items, where a district adopted none."""


class AdoptReviewCycleRules(Command):
    """Set the numbers by which reviews run their course; what is left out is as shipped."""

    freeze_working_days: int = Field(
        default=SHIPPED_CYCLE.freeze_working_days,
        ge=0,
        le=60,
        description="Working days before the due date at which the packet is frozen",
    )
    packet_frozen_by: Literal["scheduler", "people"] = Field(
        default=SHIPPED_CYCLE.packet_frozen_by,
        description="scheduler: frozen by itself; people: the chair is told when nobody did",
    )
    chair_working_days: int = Field(
        default=SHIPPED_CYCLE.chair_working_days,
        ge=1,
        le=120,
        description="Working days after the due date at which the chair is told",
    )
    lapse_working_days: int = Field(
        default=SHIPPED_CYCLE.lapse_working_days,
        ge=1,
        le=250,
        description="Working days after the due date at which a review lapses",
    )
    effect_from_days: int = Field(
        default=SHIPPED_CYCLE.effect_from_days,
        ge=1,
        le=730,
        description="Days after closing from which the effect is checked",
    )
    effect_until_days: int = Field(
        default=SHIPPED_CYCLE.effect_until_days,
        ge=1,
        le=730,
        description="Days after closing by which the effect must be checked",
    )
    quorum: int = Field(
        default=SHIPPED_CYCLE.quorum,
        ge=0,
        le=20,
        description="How many of the stewardship team, chairs and stewards must be present",
    )
    most_postponements: int = Field(
        default=SHIPPED_CYCLE.most_postponements,
        ge=0,
        le=10,
        description="How often a review may be postponed",
    )
    action_owner_working_days: int = Field(
        default=SHIPPED_CYCLE.action_owner_working_days,
        ge=1,
        le=250,
        description="Working days after its due date at which an action item's owner is told",
    )
    action_head_working_days: int = Field(
        default=SHIPPED_CYCLE.action_head_working_days,
        ge=1,
        le=250,
        description="Working days after its due date at which the head of its unit is told",
    )
    action_chair_working_days: int = Field(
        default=SHIPPED_CYCLE.action_chair_working_days,
        ge=1,
        le=250,
        description="Working days after its due date at which the stewardship chair is told",
    )
    action_superintendent_working_days: int = Field(
        default=SHIPPED_CYCLE.action_superintendent_working_days,
        ge=1,
        le=250,
        description="Working days after its due date at which the superintendent is told",
    )


def require_cycle(command: AdoptReviewCycleRules) -> None:
    """Refuse numbers of which an earlier step would come no sooner than a later one."""
    for earlier, later in (
        ("chair_working_days", "lapse_working_days"),
        ("effect_from_days", "effect_until_days"),
        ("action_owner_working_days", "action_head_working_days"),
        ("action_head_working_days", "action_chair_working_days"),
        ("action_chair_working_days", "action_superintendent_working_days"),
    ):
        if getattr(command, earlier) >= getattr(command, later):
            raise Rejected(
                "cycle_malformed",
                f"{earlier} ({getattr(command, earlier)}) must be less than {later} "
                f"({getattr(command, later)})",
            )
