"""The demo: a real district reconstructed from publications, then a fictional one in full colour.

Everything is recorded in the log of the home it is given; playing it again records nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import as_file, files

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import Progress
from cot_flows.errors import CotError
from cot_flows.imports import ImportReport
from cot_flows.projecting import project
from cot_flows.scenarios.marrow_bay import Played, check, play
from cot_flows.setting_up import DistrictPlan, Person, SetUp, set_up_district
from cot_flows.verifying import VerifyReport

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
"""The real record: 79 dated, cited facts and plans from public sources, 2000 to 2025."""

RECORD = "activities_oakland.csv"
MARROW_BAY = "marrow-bay"


class DemoFailed(CotError):
    """The demo did not show what it must show; the message says what differed."""


@dataclass(frozen=True, slots=True)
class Flows:
    """The flows the demo runs, as plain calls: through Prefect's server, or without it."""

    import_activities: Callable[[str, str], ImportReport]
    project: Callable[[str], object]
    sweep: Callable[[str], object]
    verify: Callable[[str], VerifyReport]


def set_up_oakland(engine: Engine) -> SetUp:
    """Begin Oakland's log, on a simulated clock that starts in 2000."""
    return set_up_district(engine.store, OAKLAND)


def import_oakland(flows: Flows) -> ImportReport:
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
