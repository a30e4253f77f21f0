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


def swept_history(engine: Engine, seed: int, steps: int) -> History:
    """Play a history with the shipped policies and a sweep after every few steps."""
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
            sweep(engine, history.district, recorded_at=at)
    return history


@given(seed=st.integers(0, 10_000))
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_cause_re_derives_and_the_simulation_finds_them_all(
    engine: Engine, seed: int
) -> None:
    if any(head.district == f"c{seed}" for head in engine.store.heads()):
        return
    history = swept_history(engine, seed, 30)
    past = read_past(engine, history.district)
    for review in {each.review for _, each in past.swept}:
        assert explain(engine, history.district, review).holds
    wanted = Wanted(FIRST_DAY, history.today, sweeps="as-run")
    simulated = simulate(engine, history.district, wanted)
    assert simulated.would == simulated.did


def test_the_histories_open_reviews_by_several_rules(engine: Engine) -> None:
    history = swept_history(engine, 3, 40)
    past = read_past(engine, history.district)
    assert len({each.policy for _, each in past.swept}) >= 3
