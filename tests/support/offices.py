"""Units with open work, and commands that end them."""

from datetime import timedelta

from domain.activity import PlanActivity
from domain.facts.action import ActionItemOpened
from domain.facts.reorganization import HandedOver
from domain.facts.unit import UnitRegistered
from domain.reorganization import DissolveUnit, MergeUnits, SplitUnit
from tests.support.districts import district
from tests.support.specification import TODAY, Specification

BOARD = "Budget 2026-27, item 12"


def plan(activity: str, *units: str) -> PlanActivity:
    """Return a command to plan an activity of units."""
    return PlanActivity(
        activity=activity,
        title="An activity",
        units=units,
        dimension=3,
        owner="a-deputy",
        starts_on=TODAY,
        due_on=TODAY + timedelta(days=30),
    )


def offices() -> Specification:
    """Return a log with FED, PRO and PRG; FED has the activity A1 and the item X1 open."""
    log = district().given(
        UnitRegistered(unit="FED", name="Federal programs"),
        UnitRegistered(unit="PRO", name="Programs"),
        UnitRegistered(unit="PRG", name="Programs and grants"),
        ActionItemOpened(
            action="X1",
            title="Write the plan",
            review="R1",
            unit="FED",
            owner="a-deputy",
            due_on=TODAY + timedelta(days=10),
            shows_it_worked="The plan is adopted",
        ),
    )
    log.when(plan("A1", "FED", "HR"))
    return log


def handed(item: str, unit: str = "PRG", owner: str = "a-analyst") -> HandedOver:
    """Return an item as handed over."""
    return HandedOver(item=item, unit=unit, owner=owner)


BOTH = (handed("activity:A1"), handed("action:X1"))


def merge(*work: HandedOver, **changes: object) -> MergeUnits:
    """Return a command to merge FED and PRO into PRG."""
    fields = {"units": ("FED", "PRO"), "successor": "PRG", "board_reference": BOARD, "work": work}
    return MergeUnits.model_validate({**fields, **changes})


def split(*work: HandedOver, **changes: object) -> SplitUnit:
    """Return a command to split FED into PRO and PRG, its heir."""
    fields = {
        "unit": "FED",
        "successors": ("PRO", "PRG"),
        "heir": "PRG",
        "board_reference": BOARD,
        "work": work,
    }
    return SplitUnit.model_validate({**fields, **changes})


def dissolve(*work: HandedOver, **changes: object) -> DissolveUnit:
    """Return a command to dissolve FED into PRG."""
    fields = {"unit": "FED", "successor": "PRG", "board_reference": BOARD, "work": work}
    return DissolveUnit.model_validate({**fields, **changes})
