"""A gap between two school groups that grows by the set amount is looked at once a period."""

from datetime import date

import pytest

from tests.integration.projections.asking import ask, keys, positions
from tests.integration.projections.test_rules_of_measures import POOR, RICH, define, value
from tests.integration.projections.world import World

MEASURE, ABOUT, RULE = "grade-3-reading", "district:all", "outcome-gap"
MONTHS = (date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1))


def measured(world: World, month: date, poor: str, rich: str, n: int = 40) -> int:
    """Record both groups' values of a month; return the position of the first."""
    for group, number in ((POOR, poor), (RICH, rich)):
        event = value(ABOUT, month, number, measure=MEASURE, group=group, n=n, better="higher")
        world.put(f"measurement-{event.measurement}", event, about=(f"measure:{MEASURE}",))
    return world.head() - 1


@pytest.fixture
def bay(world: World) -> World:
    """A district with a gap of ten points in March."""
    define(world, MEASURE, "higher")
    measured(world, MONTHS[0], "50", "60")
    return world


def test_it_fires_when_the_gap_has_grown_by_the_amount(bay: World) -> None:
    assert ask(bay, RULE) == []
    at = measured(bay, MONTHS[1], "48", "61")
    (found,) = ask(bay, RULE)
    assert keys([found]) == [(ABOUT, str(at))]
    assert positions(found)[1:] == [at, at + 1]
    assert "grew by 3" in found.title
    assert ask(bay, RULE, amount="3.5") == []


def test_only_the_newest_step_counts(bay: World) -> None:
    measured(bay, MONTHS[1], "48", "61")
    measured(bay, MONTHS[2], "48", "61")
    assert ask(bay, RULE) == []


def test_a_gap_that_narrows_or_turns_is_none(bay: World) -> None:
    measured(bay, MONTHS[1], "70", "61")
    measured(bay, MONTHS[2], "64", "61")
    assert ask(bay, RULE) == []


def test_values_with_too_few_behind_them_are_not_compared(bay: World) -> None:
    measured(bay, MONTHS[1], "40", "61", n=9)
    assert ask(bay, RULE) == []
