"""The demo's parts: a real district reconstructed from publications, a fictional one replayed.

Everything is recorded in the log of the home it is given; playing it again records nothing twice.
Prefect is imported late: its address must be in the environment before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import as_file, files
from typing import cast

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import Progress
from cot_flows.errors import CotError
from cot_flows.projecting import project
from cot_flows.scenarios.marrow_bay import MARROW_BAY, Played, check, play
from cot_flows.setting_up import DistrictPlan, Person, SetUp, set_up_district

OAKLAND = DistrictPlan(
    district="oakland",
    name="Oakland Unified School District",
    time_zone="America/Los_Angeles",
    people=(Person("steward-1", "steward"),),
    clock="simulated",
    begins_at=datetime(2000, 1, 1, 8, tzinfo=UTC),
    calendar_from=date(1999, 7, 1),
    calendar_to=date(2027, 6, 30),
    state="CA",
    policies=("district-quarterly-review",),
)
"""The real record: 79 dated, cited facts and plans from public sources."""

RECORD = "activities_oakland.csv"

__all__ = [
    "MARROW_BAY",
    "OAKLAND",
    "DemoFailed",
    "Flows",
    "deployed_run",
    "flows_through",
    "import_oakland",
    "play_marrow_bay",
    "set_up_oakland",
]


class DemoFailed(CotError):
    """The demo did not show what it must show; the message says what differed."""


@dataclass(frozen=True, slots=True)
class Flows:
    """The flows the demo runs, by district: rows recorded, causes, rows written, events checked."""

    import_activities: Callable[[str, str], int]
    project: Callable[[str], int]
    sweep: Callable[[str], int]
    verify: Callable[[str], int]


def flows_through() -> Flows:
    """Return the flows, run in this process through the server that PREFECT_API_URL names."""
    from cot_flows.flows.import_activities import Importing, import_activities
    from cot_flows.flows.opening import ForDistricts
    from cot_flows.flows.project import project as project_flow
    from cot_flows.flows.review_sweep import review_sweep
    from cot_flows.flows.verify import verify

    return Flows(
        import_activities=lambda district, path: import_activities(
            Importing(district=district, files=[path], public=True)
        ),
        project=lambda district: project_flow(ForDistricts(district=district)),
        sweep=lambda district: review_sweep(ForDistricts(district=district)),
        verify=lambda district: verify(ForDistricts(district=district)),
    )


def deployed_run(name: str) -> str:
    """Start a run of a served deployment and return the state it ended in.

    Raises DemoFailed when it does not complete.
    """
    from prefect.client.schemas.objects import FlowRun
    from prefect.deployments import run_deployment
    from prefect.exceptions import ObjectNotFound

    for _ in range(60):
        try:
            run = cast(FlowRun, run_deployment(name, timeout=90, poll_interval=1, as_subflow=False))
        except ObjectNotFound:
            # The child that serves it has not registered it yet.
            _pause()
            continue
        state = run.state.name if run.state else "unknown"
        if state != "Completed":
            raise DemoFailed(f"the run of {name} ended as {state}: see Prefect's logs in COT_HOME")
        return state
    raise DemoFailed(f"the deployment {name} was not registered within a minute")


def _pause() -> None:
    from threading import Event

    Event().wait(1)


def set_up_oakland(engine: Engine) -> SetUp:
    """Begin Oakland's log, on a simulated clock that starts in 2000."""
    return set_up_district(engine.store, OAKLAND)


def import_oakland(flows: Flows) -> int:
    """Import the shipped record: each row becomes known when its source was published."""
    with as_file(files("cot_flows.imports").joinpath("data", RECORD)) as path:
        return flows.import_activities(OAKLAND.district, str(path))


def play_marrow_bay(engine: Engine, on_progress: Progress) -> Played:
    """Replay the fictional district and compare it with what its story says.

    Raises DemoFailed when a stage, level or overlay differs.
    """
    played = play(engine, district=MARROW_BAY, on_progress=on_progress)
    project(engine, MARROW_BAY)
    differences = check(engine, district=MARROW_BAY)
    if differences:
        raise DemoFailed("Marrow Bay is not as its story says: " + "; ".join(differences[:5]))
    return played
