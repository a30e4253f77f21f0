"""A log that grew faster than anybody analysed it: catching up must not depend on statistics.

Badly planned, these queries take a time that grows with the square of the log: half a minute for
ten thousand activities. The limit is some ten times what they need.
"""

from collections.abc import Iterator

import psycopg
import pytest

from domain.facts.unit import UnitRegistered
from tests.integration.projections.history import reported
from tests.integration.projections.world import World
from tests.support.databases import fresh_database

UNITS = tuple(f"U{number}" for number in range(30))
LIMIT = "3s"
NEVER_BY_ITSELF = (
    "ALTER TABLE cot_log.event SET (autovacuum_enabled = off)",
    "ALTER TABLE cot_log.event_subject SET (autovacuum_enabled = off)",
)


@pytest.fixture
def never_analysed(server_url: str) -> Iterator[World]:
    """A district in a database of its own, of whose log the planner learns nothing."""
    with fresh_database(server_url) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in NEVER_BY_ITSELF:
                connection.execute(statement)
        made = World(url, "bay")
        made.connection("cot_project").execute(
            "SELECT set_config('statement_timeout', %s, false)", (LIMIT,)
        )
        yield made
        made.close()


def record(world: World, first: int, count: int) -> None:
    """Record so many published activities, spread over the units."""
    numbers = range(first, first + count)
    facts = [reported(f"P{number}", UNITS[number % len(UNITS)]) for number in numbers]
    for start in range(0, count, 1000):
        world.put_at_once("published", facts[start : start + 1000])


def test_a_long_log_that_was_never_analysed_is_caught_up_with_in_time(
    never_analysed: World,
) -> None:
    world = never_analysed
    for unit in UNITS:
        world.put(f"unit-{unit}", UnitRegistered(unit=unit, name=unit))
    # Few enough for the keys they touch to be looked for, many enough to be many.
    done: dict[str, int | None] = {}
    for first in (0, 1900, 3800):
        record(world, first, 1900)
        done = {each.projection: each.keys for each in world.refresh_all()}
    assert (done["unit_progress"], done["activity_timeline"]) == (len(UNITS), 1900)
    # So many that all rows are computed.
    record(world, 5700, 2300)
    anew = world.refresh_all()
    assert {each.position for each in anew} == {world.head()}
    assert {each.keys for each in anew} == {None}
    assert len(world.ask("activity_timeline").rows) == 8000
