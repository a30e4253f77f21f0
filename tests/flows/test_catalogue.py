"""The deployments as data: each loads, each says when and how many at once."""

from importlib import import_module
from inspect import signature

import pytest

from cot_flows.flows.rebuild import Rebuilding
from deployments.building import built
from deployments.catalogue import DEPLOYMENTS, Deployment
from projections.catalogue import PROJECTIONS

pytestmark = pytest.mark.prefect


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)
def test_each_entrypoint_is_a_flow_of_a_module(deployment: Deployment) -> None:
    module, _, name = deployment.entrypoint.rpartition(".")
    flow = getattr(import_module(module), name)
    assert flow.name == deployment.name
    assert list(signature(flow.fn).parameters) == ["parameters"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)
def test_each_deployment_is_described_and_runs_once_at_a_time(deployment: Deployment) -> None:
    assert deployment.description.endswith(".")
    assert deployment.at_once == 1
    assert all(timed.slug for timed in deployment.schedules)


def test_runs_that_repeat_are_cancelled_and_runs_with_work_of_their_own_wait() -> None:
    waiting = {each.name for each in DEPLOYMENTS if each.when_busy == "wait"}
    assert waiting == {"rebuild", "import-activities"}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)
def test_registering_again_moves_no_run(deployment: Deployment) -> None:
    first, second = (built(deployment).schedules or [] for _ in range(2))
    assert [each.model_dump() for each in first] == [each.model_dump() for each in second]


def test_projections_can_be_named_as_the_catalogue_of_projections_names_them() -> None:
    for projection in PROJECTIONS:
        assert Rebuilding(projection=projection.name, district="testburg").switch


def test_what_must_happen_by_itself_has_a_schedule() -> None:
    scheduled = {each.name for each in DEPLOYMENTS if each.schedules}
    assert scheduled == {"project", "review-sweep", "review-cycle", "send-notices", "verify"}
