"""The deployments as data: each loads, each says when and how many at once."""

import re
from datetime import timedelta
from importlib import import_module
from inspect import signature
from pathlib import Path
from uuid import UUID

import pytest
import yaml  # type: ignore[import-untyped]
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import EventTrigger
from prefect.exceptions import ParameterTypeError
from prefect.server.events.schemas.automations import AutomationCreate
from prefect.server.events.schemas.automations import EventTrigger as ServersTrigger

from cot_flows.flows.rebuild import Rebuilding
from cot_flows.milestones.vocabulary import KINDS
from deployments.automations import hung
from deployments.building import built
from deployments.catalogue import AUTOMATIONS, DEPLOYMENTS, Deployment
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
    assert scheduled == {
        "project",
        "review-sweep",
        "review-cycle",
        "send-notices",
        "seal",
        "verify",
        "attest",
    }


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)
def test_parameters_are_checked_by_pydantic_before_anything_runs(deployment: Deployment) -> None:
    module, _, name = deployment.entrypoint.rpartition(".")
    flow = getattr(import_module(module), name)
    for wrong in ({"district": "Not A Name"}, {"district": "testburg", "nonsense": 1}):
        with pytest.raises(ParameterTypeError):
            flow.validate_parameters({"parameters": wrong})


def test_automations_hang_on_milestones_that_exist_and_run_deployments_that_need_no_parameters() -> (
    None
):
    milestones = {kind.event for kind in KINDS}
    scheduled = {each.name for each in DEPLOYMENTS if each.schedules}
    for automation in AUTOMATIONS:
        assert set(automation.on) <= milestones
        # A lost milestone must cost time only: the schedule does the same work.
        assert automation.runs in scheduled


def test_many_milestones_at_once_start_one_run_that_finds_them_all() -> None:
    for automation in AUTOMATIONS:
        made = hung(automation, UUID(int=1))
        (action,) = made.actions
        assert isinstance(made.trigger, EventTrigger)
        assert isinstance(action, RunDeployment)
        assert made.trigger.within == action.schedule_after > timedelta(0)
        assert action.parameters is None


def test_the_automation_that_the_how_to_shows_is_one_that_prefects_server_takes() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "hang-automations.md").read_text()
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    made = AutomationCreate.model_validate(yaml.safe_load(shown))
    assert isinstance(made.trigger, ServersTrigger)
    assert made.trigger.expect <= {kind.event for kind in KINDS}
