"""Short ways to ask rules, with the parameters that ship."""

from datetime import date
from typing import Any

from domain.catalogue import shipped_policies
from projections.rules import Firing, evaluate, rule_named
from tests.integration.projections.world import World


def ask(
    world: World,
    slug: str,
    *,
    position: int | None = None,
    today: date | None = None,
    **changed: Any,
) -> list[Firing]:
    """Return what a shipped policy's rule finds; `changed` replaces parameters."""
    policy = shipped_policies().policy(slug)
    return evaluate(
        world.connection("cot_reader"),
        rule_named(policy.rule),
        world.district,
        position=world.head() if position is None else position,
        today=today or world.now.date(),
        parameters={**policy.parameters.as_mapping(), **changed},
    )


def keys(found: list[Firing]) -> list[tuple[str, str]]:
    """Return subject and cause of each firing."""
    return [(each.about, each.cause_key) for each in found]


def positions(firing: Firing) -> list[int]:
    """Return the positions of the facts behind a firing."""
    return [position for position, _ in firing.facts]
