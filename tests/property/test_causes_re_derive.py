"""Over random histories every cause that a sweep records comes out of the log again."""

from datetime import UTC, datetime, time
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cot_flows.bootstrap import Engine
from cot_flows.reviews.causes import SCHEDULER
from cot_flows.reviews.past import read_past
from cot_flows.reviews.rederiving import explain
from cot_flows.reviews.simulation import Wanted, simulate
from cot_flows.reviews.sweep import sweep
from cot_flows.setting_up import adopt_shipped_policy
from domain.catalogue import shipped_policies
from domain.deciding import fact
from domain.facts.district import ActorRegistered, DistrictEstablished, ReviewPolicyAdopted
from domain.facts.unit import UnitRegistered
from tests.support.histories import FIRST_DAY, History

pytestmark = pytest.mark.slow


Refused = set[tuple[str, str, str]]
"""Causes that the domain refused, because a history records what no decision would."""


def swept_history(engine: Engine, seed: int, steps: int) -> tuple[History, Refused]:
    """Play a history with the shipped policies and a sweep after every few steps."""
    refused: Refused = set()
    history = History(store=engine.store, district=f"c{seed}", random=Random(seed))
    history.begin()
    established = DistrictEstablished(name="Testburg", time_zone="UTC", clock="simulated")
    history.record("district", established)
    actor = ActorRegistered(actor=SCHEDULER, role=SCHEDULER, kind="service")
    history.record(f"actor-{SCHEDULER}", actor)
    for policy in shipped_policies().policies:
        adopted = fact(ReviewPolicyAdopted, adopt_shipped_policy(policy.slug))
        history.record("district", adopted)
    # The frame stays: what a history takes back or corrects is its own work.
    history.facts = [each for each in history.facts if isinstance(each.event, UnitRegistered)]
    for number in range(steps):
        history.step()
        if number % 5 == 4:
            at = datetime.combine(history.today, time(12), UTC)
            report = sweep(engine, history.district, recorded_at=at)
            refused |= {(each.policy, each.about, each.cause_key) for each in report.refused}
    return history, refused


@given(seed=st.integers(0, 10_000))
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_cause_re_derives_and_the_simulation_finds_them_all(
    engine: Engine, seed: int
) -> None:
    if any(head.district == f"c{seed}" for head in engine.store.heads()):
        return
    history, refused = swept_history(engine, seed, 30)
    past = read_past(engine, history.district)
    for review in {each.review for _, each in past.swept}:
        assert explain(engine, history.district, review).holds
    wanted = Wanted(FIRST_DAY, history.today, sweeps="as-run")
    simulated = simulate(engine, history.district, wanted)
    would = [each for each in simulated.would if each.cause not in refused]
    assert would == [each for each in simulated.did if each.cause not in refused]


def test_the_histories_open_reviews_by_several_rules(engine: Engine) -> None:
    history, _ = swept_history(engine, 3, 40)
    past = read_past(engine, history.district)
    assert len({each.policy for _, each in past.swept}) >= 3


@given(seed=st.integers(0, 10_000))
@settings(
    max_examples=1, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_asking_only_where_something_may_be_new_finds_the_same_on_the_same_days(
    engine: Engine, seed: int
) -> None:
    if any(head.district == f"c{seed}" for head in engine.store.heads()):
        return
    history, _ = swept_history(engine, seed, 40)
    sparing, everything = (
        simulate(engine, history.district, Wanted(FIRST_DAY, history.today, every=every))
        for every in (False, True)
    )
    assert sparing.would == everything.would
    assert sparing.refused == everything.refused
    assert sparing.asked < everything.asked / 2
