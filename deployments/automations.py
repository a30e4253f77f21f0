"""The one automation: runs whose program was killed are marked as crashed.

Such a run would count as running for ever, and with a limit of one keep all later ones from
running. Registered by name, as often as one likes.
"""

from datetime import timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY

NAME = "Crash runs that stopped beating"
BEAT = "prefect.flow-run.heartbeat"
ENDINGS = ("Completed", "Failed", "Cancelled", "Crashed")
MISSED_BEATS = 4
"""Three would do; one more spares a healthy run on a busy machine."""

PREFECTS_OWN_SECONDS = 180


def zombies() -> AutomationCore:
    """Return the automation, for the heartbeat that this environment sets."""
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


def register_automations() -> None:
    """Register the automation, or bring the one of its name up to date; a disabled one stays so."""
    wanted = zombies()
    with get_client(sync_client=True) as client:
        there = client.read_automations_by_name(NAME)
        if not there:
            client.create_automation(wanted)
        for known in there:
            wanted.enabled = known.enabled
            client.update_automation(known.id, wanted)
