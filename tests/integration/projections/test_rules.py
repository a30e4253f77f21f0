"""Rules are queries: asked about any moment, they answer the same and write nothing."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.catalogue import shipped_policies
from domain.facts.activity import ActivityCompleted
from domain.facts.unit import UnitRegistered, UnitStageEntered
from projections.errors import UnknownRule
from projections.rules import RULES, Firing, evaluate, rule_named
from tests.integration.projections.asking import ask
from tests.integration.projections.history import RandomHistory, planned
from tests.integration.projections.world import World

POLICIES = shipped_policies().policies


def _ask(
    world: World, rule: str, parameters: dict[str, object], *, position: int | None = None
) -> list[Firing]:
    return evaluate(
        world.connection("cot_reader"),
        rule_named(rule),
        world.district,
        position=world.head() if position is None else position,
        today=world.now.date(),
        parameters=parameters,
    )


def test_every_rule_has_a_query_and_a_digest_as_policies_record_it() -> None:
    for rule in RULES:
        assert rule.query
        assert rule.digest.startswith("sha256:")
        assert len(rule.digest) == 71
    assert len({rule.digest for rule in RULES}) == len(RULES)


def test_an_unknown_rule_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownRule, match="stalled_unit"):
        rule_named("stalled")


@pytest.mark.parametrize("policy", POLICIES, ids=lambda each: each.slug)
def test_shipped_policies_find_nothing_about_units_where_there_are_none(
    world: World, policy: object
) -> None:
    rule, parameters = getattr(policy, "rule", ""), getattr(policy, "parameters", {})
    found = _ask(world, rule, dict(parameters))
    assert [each.about for each in found if each.about != "district:all"] == []


def test_a_stalled_unit_fires_once_for_one_stall_and_names_the_event_behind_it(
    world: World,
) -> None:
    world.put("unit-HR", UnitRegistered(unit="HR", name="Human resources"))
    world.put("unit-HR", UnitStageEntered(unit="HR", from_stage="S0", to_stage="S1"))
    stood_at = world.head()
    parameters: dict[str, object] = {
        "days": {"S1": 60, "S2": 60, "S3": 45, "S4": 45, "S5": 90},
        "summer_half_days": 1,
    }
    world.later(59)
    early = _ask(world, "stalled_unit", parameters)
    world.later(1)
    (first,) = _ask(world, "stalled_unit", parameters)
    world.later(10)
    (again,) = _ask(world, "stalled_unit", parameters)
    assert early == []
    assert (first.about, first.due_basis) == ("unit:HR", world.now.date() - timedelta(days=10))
    assert [position for position, _ in first.facts] == [stood_at]
    assert first.cause_key == again.cause_key
    assert world.head() == stood_at


def test_completed_activities_fire_at_their_count_and_not_for_an_earlier_moment(
    world: World,
) -> None:
    world.put("unit-HR", UnitRegistered(unit="HR", name="Human resources"))
    for name in ("A1", "A2"):
        world.put(f"activity-{name}", planned(name))
        done = ActivityCompleted(activity=name, evidence=("E1",))
        world.put(f"activity-{name}", done, about=("unit:HR",))
    parameters: dict[str, object] = {"scope": "unit", "count": 2}
    (fired,) = _ask(world, "activities_completed", parameters)
    before = _ask(world, "activities_completed", parameters, position=world.head() - 1)
    assert (fired.about, len(fired.facts)) == ("unit:HR", 2)
    assert before == []


EAGER: dict[str, dict[str, Any]] = {
    "stalled-unit": {"days": dict.fromkeys(("S1", "S2", "S3", "S4", "S5"), 5)},
    "overstay": {"planned_days": dict.fromkeys(("S1", "S2", "S3", "S4", "S5"), 10)},
    "overdue-actions": {"count": 1},
    "activities-completed-unit": {"count": 1},
    "activities-completed-dimension": {"count": 1},
}
"""Parameters so low that a short history makes the rules fire."""


@pytest.mark.parametrize("seed", [11, 12])
def test_a_moment_that_has_passed_is_answered_as_it_was(world: World, seed: int) -> None:
    history = RandomHistory(world, seed)
    for unit in ("HR", "IT"):
        world.put(f"unit-{unit}", UnitStageEntered(unit=unit, from_stage="S0", to_stage="S1"))
    answers: list[tuple[str, int, date, list[Firing]]] = []
    for _ in range(4):
        for _ in range(20):
            history.step()
        at, day = world.head(), world.now.date()
        answers += [
            (each.slug, at, day, ask(world, each.slug, **EAGER.get(each.slug, {})))
            for each in POLICIES
        ]
    for slug, at, day, found in answers:
        assert ask(world, slug, position=at, today=day, **EAGER.get(slug, {})) == found, slug
    fired = {slug for slug, _, _, found in answers if found}
    assert fired >= EAGER.keys() - {"stalled-unit"}, "a history that shows nothing proves nothing"
