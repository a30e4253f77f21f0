"""Registers the automations: those of the catalogue, and one that ends runs whose program is gone.

By name, as often as one likes; one that somebody has disabled stays disabled.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY

from deployments.catalogue import AUTOMATIONS, Hung

NAME = "Crash runs that stopped beating"
BEAT = "prefect.flow-run.heartbeat"
ENDINGS = ("Completed", "Failed", "Cancelled", "Crashed")
MISSED_BEATS = 4
"""Three would do; one more spares a healthy run on a busy machine."""

PREFECTS_OWN_SECONDS = 180
SETTLING = timedelta(seconds=5)
"""Milestones within so long start one run, which begins after as long and so finds them all."""


def zombies() -> AutomationCore:
    """Return the automation that marks runs whose program was killed as crashed.

    Such a run would count as running for ever, and with a limit of one keep all later ones from
    running. It goes by the heartbeat that this environment sets.
    """
    seconds = PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() or PREFECTS_OWN_SECONDS
    return AutomationCore(
        name=NAME,
        description="A run whose program was killed cannot say so. The next run does its work.",
        trigger=EventTrigger(
            after={BEAT},
            expect={BEAT, *(f"prefect.flow-run.{ending}" for ending in ENDINGS)},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=MISSED_BEATS * seconds),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED, message="No heartbeat: the run's program is gone."
            )
        ],
    )


def hung(automation: Hung, runs: UUID) -> AutomationCore:
    """Return an automation of the catalogue as Prefect takes it; `runs` is its deployment's id."""
    return AutomationCore(
        name=automation.name,
        description=automation.description,
        trigger=EventTrigger(
            expect=set(automation.on),
            match={"prefect.resource.id": "cot-flows.*"},
            posture=Posture.Reactive,
            threshold=1,
            within=SETTLING,
        ),
        actions=[RunDeployment(source="selected", deployment_id=runs, schedule_after=SETTLING)],
    )


def register_automations(deployments: Mapping[str, UUID]) -> None:
    """Register all automations; `deployments` are the ids of those that they run, by name."""
    wanted = [zombies(), *(hung(each, deployments[each.runs]) for each in AUTOMATIONS)]
    for automation in wanted:
        register(automation)


def register(wanted: AutomationCore) -> None:
    """Register an automation, or bring the one of its name up to date."""
    with get_client(sync_client=True) as client:
        there = client.read_automations_by_name(wanted.name)
        if not there:
            client.create_automation(wanted)
        for known in there:
            wanted.enabled = known.enabled
            client.update_automation(known.id, wanted)
