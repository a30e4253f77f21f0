"""The deployments as data: each loads, each says when and how many at once."""

from importlib import import_module
from inspect import signature

import pytest

from deployments.catalogue import DEPLOYMENTS, Deployment

pytestmark = pytest.mark.prefect


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)
def test_each_entrypoint_is_a_flow_of_a_module(deployment: Deployment) -> None:
    module, _, name = deployment.entrypoint.partition(":")
    flow = getattr(import_module(module), name)
    assert flow.name == deployment.name
    assert list(signature(flow.fn).parameters) == ["parameters"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)
def test_each_deployment_is_described_and_runs_once_at_a_time(deployment: Deployment) -> None:
    assert deployment.description.endswith(".")
    assert deployment.at_once == 1
    assert all(timed.slug for timed in deployment.schedules)


def test_what_must_happen_by_itself_has_a_schedule() -> None:
    scheduled = {each.name for each in DEPLOYMENTS if each.schedules}
    assert scheduled == {"project", "review-sweep", "verify"}
