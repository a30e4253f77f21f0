"""A finding or order from outside opens a review for each unit it names, or for the district."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.facts.finding import ExternalFindingRecorded, FindingStatusReported
from domain.facts.reorganization import UnitDissolved
from domain.facts.unit import UnitRegistered
from tests.integration.projections.asking import ask, keys, positions
from tests.integration.projections.world import World

RULE = "external-shock"


@pytest.fixture
def bay(world: World) -> World:
    """A district with two units."""
    for unit in ("HR", "IT"):
        world.put(f"unit-{unit}", UnitRegistered(unit=unit, name=unit))
    return world


def find(world: World, finding: str, **changes: Any) -> int:
    """Record a finding; return its position."""
    fields: dict[str, Any] = {
        "finding": finding,
        "kind": "audit_finding",
        "source": "state-auditor",
        "reference": "Report 3",
        "condition": "Files lack a record",
        "criteria": "Policy 4112",
        "units": (),
        "plan_due_on": date(2026, 1, 1),
    }
    event = ExternalFindingRecorded(**{**fields, **changes})
    world.put(f"finding-{finding}", event)
    return world.head()


def test_it_fires_once_for_each_unit_that_is_named(bay: World) -> None:
    at = find(bay, "F1", units=("HR", "IT"))
    found = ask(bay, RULE)
    assert keys(found) == [("unit:HR", str(at)), ("unit:IT", str(at))]
    assert positions(found[0]) == [at]
    assert "a plan is due on 2026-01-01" in found[0].facts[0][1]


def test_it_concerns_the_district_where_no_unit_is_named(bay: World) -> None:
    at = find(bay, "F1", kind="state_order")
    assert keys(ask(bay, RULE)) == [("district:all", str(at))]


def test_only_the_kinds_of_the_policy_are_asked_about(bay: World) -> None:
    find(bay, "F1", kind="federal_review")
    assert ask(bay, RULE, kinds="audit_finding state_order") == []


def test_it_is_asked_about_for_so_many_days(bay: World) -> None:
    find(bay, "F1")
    day = bay.now.date()
    assert ask(bay, RULE, today=day + timedelta(days=29)) != []
    assert ask(bay, RULE, today=day + timedelta(days=30)) == []


def test_a_closed_finding_and_an_ended_unit_are_passed_over(bay: World) -> None:
    find(bay, "F1", units=("HR",))
    find(bay, "F2", units=("IT",))
    closed = FindingStatusReported(
        finding="F1", period="2026-Q1", status="closed", evidence=("E1",)
    )
    bay.put("finding-F1", closed)
    assert [about for about, _ in keys(ask(bay, RULE))] == ["unit:IT"]
    dissolved = UnitDissolved(unit="IT", successor="HR", board_reference="Item 7", work=())
    bay.put("district", dissolved)
    assert ask(bay, RULE) == []
