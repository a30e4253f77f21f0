"""A recurrence fires for the latest of its stored days, once each, whatever becomes of calendars."""

from datetime import date
from typing import Any

import pytest

from domain.facts.unit import UnitPutOnHold, UnitRegistered, UnitStageEntered
from projections.rules import Firing, evaluate, rule_named
from tests.integration.projections.asking import keys
from tests.integration.projections.world import World

OF_DISTRICT: dict[str, Any] = {
    "rrule": "DTSTART:20250801\nRRULE:FREQ=MONTHLY;BYDAY=2MO",
    "dates": "2025-08-11 2025-09-09 2025-10-14",
    "subject": "district",
}
OF_UNITS = OF_DISTRICT | {"subject": "unit", "first_stage": "S1", "last_stage": "S5"}


@pytest.fixture
def bay(world: World) -> World:
    """A district with a unit in stage S1 and one in none."""
    for unit in ("HR", "IT"):
        world.put(f"unit-{unit}", UnitRegistered(unit=unit, name=unit))
    world.put("unit-HR", UnitStageEntered(unit="HR", from_stage="S0", to_stage="S1"))
    return world


def found(world: World, today: date, parameters: dict[str, Any]) -> list[Firing]:
    return evaluate(
        world.connection("cot_reader"),
        rule_named("recurrence"),
        world.district,
        position=world.head(),
        today=today,
        parameters=parameters,
    )


@pytest.mark.parametrize(
    ("today", "cause"),
    [
        (date(2025, 8, 11), "2025-08-11"),
        (date(2025, 9, 8), "2025-08-11"),
        (date(2025, 9, 9), "2025-09-09"),
        (date(2027, 1, 1), "2025-10-14"),
    ],
)
def test_it_fires_for_the_latest_day_that_has_come(bay: World, today: date, cause: str) -> None:
    (firing,) = found(bay, today, OF_DISTRICT)
    assert (firing.about, firing.cause_key) == ("district:all", cause)
    assert firing.due_basis == date.fromisoformat(cause)


def test_before_the_first_of_its_days_it_is_silent(bay: World) -> None:
    assert found(bay, date(2025, 8, 10), OF_DISTRICT) == []
    assert found(bay, date(2025, 8, 10), OF_UNITS) == []


def test_it_fires_for_each_unit_between_its_stages_that_is_not_on_hold(bay: World) -> None:
    day = date(2025, 9, 9)
    (firing,) = found(bay, day, OF_UNITS)
    assert keys([firing]) == [("unit:HR", "2025-09-09")]
    assert firing.facts[0][0] == 4
    assert found(bay, day, OF_UNITS | {"first_stage": "S2"}) == []
    bay.put("unit-HR", UnitPutOnHold(unit="HR", until=date(2025, 12, 1), approver="a-chair"))
    assert found(bay, day, OF_UNITS) == []
