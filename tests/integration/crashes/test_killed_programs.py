"""Programs killed with SIGKILL at every point, and run again: the result is that of one calm run."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.projecting import project
from cot_flows.reviews.sweep import sweep
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from cot_flows.settings import Settings
from cot_flows.verifying import verify
from projections.reading import read
from tests.support import killable
from tests.support.databases import fresh_database
from tests.support.files import rows, write_csv

ROOT = Path(__file__).parents[3]
BEGINS = datetime(2024, 7, 1, tzinfo=UTC)
POINTS = [
    ("import", "before-append", 2),
    ("import", "after-append", 1),
    ("import", "between-chunks", 1),
    ("project", "before-rows", 1),
    ("project", "between-rows-and-checkpoint", 1),
    ("project", "before-commit", 1),
    ("project", "after-commit", 1),
    ("rebuild", "after-build", 1),
    ("rebuild", "before-switch", 1),
    ("rebuild", "after-switch", 1),
    ("sweep", "before-review", 1),
    ("sweep", "after-review", 1),
]


@pytest.fixture(scope="module")
def engine(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open one database for all these tests; each has districts of its own."""
    home = tmp_path_factory.mktemp("crashes")
    with (
        fresh_database(server_url) as url,
        Engine(Settings(home=home, database_url=url), url, None) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of activities in two units."""
    lines = [line | {"unit_code": "HR" if n % 2 else "IT"} for n, line in enumerate(rows(420))]
    for number, line in enumerate(lines):
        line["recorded_from"] = f"2024-{10 + number // 140:02d}-03"
    return write_csv(tmp_path_factory.mktemp("files") / "record.csv", lines)


def begin(engine: Engine, district: str) -> None:
    plan = DistrictPlan(
        district=district,
        name="Testburg Unified",
        time_zone="UTC",
        people=(Person("s-1", "steward"),),
        clock="simulated",
        begins_at=BEGINS,
        units=("HR", "IT", "TL"),
        policies=("unit-monthly-review", "district-quarterly-review"),
    )
    set_up_district(engine.store, plan)


def prepare(engine: Engine, district: str, operation: str, record: Path) -> None:
    """Bring a district to where the operation has something to do."""
    begin(engine, district)
    if operation in ("import", "sweep"):
        return
    calm(engine, district, "import", record)
    if operation == "rebuild":
        project(engine, district)


def calm(engine: Engine, district: str, operation: str, record: Path) -> None:
    killable.run(engine, operation, district, [str(record)], lambda _: None)


def kill(engine: Engine, operation: str, point: str, times: int, district: str, file: Path) -> int:
    """Run the operation in a program that dies at the point; return its exit status."""
    command = [sys.executable, "-m", "tests.support.killable", operation, point, str(times)]
    command += [engine.url, district, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    return done.returncode


def told(engine: Engine, district: str) -> tuple[object, ...]:
    """Return what a district's log and rows say, without ids that depend on its name."""
    events = engine.store.read_log(district, after=0, limit=10_000)
    log = [(e.type_name, e.effective_from, e.occurred_on, e.recorded_at) for e in events]
    project(engine, district)
    with engine.reading() as connection:
        today = events[-1].recorded_at.date()
        units = read(connection, "unit_progress", district, today=today).rows
        reviews = read(connection, "review_queue", district, today=today).rows
    return (
        log,
        [{k: v for k, v in row.items() if k != "district"} for row in units],
        sorted((row["about"], row["due_on"], row["causes"]) for row in reviews),
    )


@pytest.mark.parametrize(("operation", "point", "times"), POINTS)
def test_a_killed_program_is_run_again_and_nothing_shows(
    engine: Engine, record: Path, operation: str, point: str, times: int
) -> None:
    killed, whole = f"killed-{operation}-{point}", f"whole-{operation}-{point}"
    for district in (killed, whole):
        prepare(engine, district, operation, record)
    kill(engine, operation, point, times, killed, record)
    for district in (killed, whole):
        calm(engine, district, operation, record)
        sweep(engine, district)
    assert told(engine, killed) == told(engine, whole)
    assert verify(engine, killed).findings == ()


def test_after_a_kill_between_switch_and_cleaning_a_rebuild_cleans_up(
    engine: Engine, record: Path
) -> None:
    prepare(engine, "cleaned", "rebuild", record)
    kill(engine, "rebuild", "after-switch", 1, "cleaned", record)
    calm(engine, "cleaned", "rebuild", record)
    with engine.reading() as connection:
        generations = connection.execute(
            "SELECT count(DISTINCT generation) FROM cot_projection.unit_progress "
            "WHERE district = 'cleaned'"
        ).fetchone()
    assert generations == (1,)
