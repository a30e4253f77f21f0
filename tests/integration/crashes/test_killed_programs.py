"""Programs killed with SIGKILL at every point, and run again: the result is that of one calm run."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from psycopg.sql import SQL, Identifier

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.handling import Handling, Request
from cot_flows.projecting import project
from cot_flows.reviews.sweep import sweep
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from cot_flows.settings import Settings
from cot_flows.verifying import verify
from domain.assessment import RateIndicator
from domain.evidence import SubmitEvidence
from domain.ids import derived_id
from events.envelope import Clock
from projections.catalogue import PROJECTIONS
from projections.reading import read
from tests.support import killable
from tests.support.databases import fresh_database
from tests.support.files import rows, write_csv

ROOT = Path(__file__).parents[3]
BEGINS = datetime(2024, 7, 1, tzinfo=UTC)
PROJECTED = [
    ("project", "before-rows"),
    ("project", "between-rows-and-checkpoint"),
    ("project", "before-commit"),
    ("project", "after-commit"),
    ("rebuild", "after-build"),
    ("rebuild", "before-switch"),
    ("rebuild", "after-switch"),
]
"""Operations on a projection, and where they are killed: each projection's in its turn."""

RECORDED = [
    ("import", "before-append", 2),
    ("import", "after-append", 1),
    ("import", "between-chunks", 1),
    ("import", "before-review", 2),
    ("import", "after-review", 2),
    ("sweep", "before-review", 1),
    ("sweep", "after-review", 1),
    ("cycle", "before-step", 2),
    ("cycle", "after-step", 2),
]
"""Operations that append, and where they are killed; an import sweeps at the ends of months."""

EVIDENCE = SubmitEvidence(
    evidence="E1",
    title="Survey",
    kind="survey",
    digest=f"sha256:{'0' * 64}",
    location="archive",
    collected_from=date(2024, 6, 1),
    collected_to=date(2024, 6, 30),
    source_key="survey",
    units=("HR",),
)
RATING = RateIndicator(
    about="unit:HR",
    indicator="D3.3",
    level=1,
    rubric_version="1.0",
    evidence=("E1",),
    raters=("s-1",),
)
NAMED = frozenset({"district", "key", "activity", "evidence"})
"""Columns that hold the district's name, or ids derived from it."""


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


def begin(engine: Engine, district: str, *, clock: Clock = "simulated") -> None:
    """Begin a district with a piece of evidence and a rating, so that no projection is empty."""
    plan = DistrictPlan(
        district=district,
        name="Testburg Unified",
        time_zone="UTC",
        people=(Person("s-1", "steward"),),
        clock=clock,
        begins_at=BEGINS if clock == "simulated" else None,
        units=("HR", "IT", "TL"),
        policies=("unit-monthly-review", "district-quarterly-review"),
    )
    set_up_district(engine.store, plan)
    for number, command in enumerate((EVIDENCE, RATING)):
        request = Request(
            command=command,
            event_id=derived_id("killed", district, str(number)),
            actor="s-1",
            source="cli",
        )
        at = BEGINS if clock == "simulated" else None
        Handling(engine.store, utc_now).handle(district, request, recorded_at=at)


def calm(engine: Engine, district: str, operation: str, of: str) -> None:
    killable.run(engine, operation, district, [of], lambda _: None)


def kill(engine: Engine, operation: str, point: str, times: int, district: str, of: str) -> None:
    """Run the operation on a file or projection in a program that dies at the point."""
    command = [sys.executable, "-m", "tests.support.killable", operation, point, str(times)]
    command += [engine.url, district, of]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]


def told(engine: Engine, district: str, *, timed: bool = True) -> tuple[object, ...]:
    """Return what a district's log and rows say, without ids that depend on its name.

    `timed` says that its log has a simulated clock: when things were recorded can be compared too.
    """
    events = engine.store.read_log(district, after=0, limit=10_000)
    log = [
        (e.type_name, e.stream_version, e.effective_from, (e.occurred_on, e.recorded_at) * timed)
        for e in events
    ]
    project(engine, district)
    today = events[-1].recorded_at.date()
    with engine.reading() as connection:
        rows = {
            each.name: sorted(
                (str({k: v for k, v in row.items() if k not in hidden(each.name)}))
                for row in read(connection, each.name, district, today=today).rows
            )
            for each in PROJECTIONS
        }
    assert all(rows.values()), "a projection without rows shows nothing"
    return log, rows


def hidden(projection: str) -> frozenset[str]:
    """Return the columns of a projection that two districts cannot have in common."""
    # A sweep that was killed and went on looked once more, at a position further on.
    return NAMED | ({"review", "facts"} if projection == "review_queue" else set())


@pytest.mark.parametrize(("operation", "point", "times"), RECORDED)
def test_a_killed_recorder_is_run_again_and_nothing_shows(
    engine: Engine, record: Path, operation: str, point: str, times: int
) -> None:
    killed, whole = f"killed-{operation}-{point}", f"whole-{operation}-{point}"
    for district in (killed, whole):
        begin(engine, district)
        if operation == "cycle":
            # A cycle advances reviews that are open.
            calm(engine, district, "sweep", str(record))
    kill(engine, operation, point, times, killed, str(record))
    for district in (killed, whole):
        calm(engine, district, operation, str(record))
        # After a sweep alone there would be nothing to see in the timeline.
        calm(engine, district, "import", str(record))
        sweep(engine, district)
    assert told(engine, killed) == told(engine, whole)
    assert verify(engine, killed).findings == ()


@pytest.mark.parametrize(
    ("point", "times"), [("before-append", 2), ("after-append", 1), ("between-chunks", 2)]
)
def test_an_import_on_the_servers_clock_is_killed_and_goes_on_where_it_stopped(
    engine: Engine, record: Path, point: str, times: int
) -> None:
    killed, whole = f"killed-now-{point}", f"whole-now-{point}"
    for district in (killed, whole):
        begin(engine, district, clock="server")
    kill(engine, "import", point, times, killed, str(record))
    partly = engine.store.head(killed).position
    for district in (killed, whole):
        calm(engine, district, "import", str(record))
        sweep(engine, district)
    assert partly < engine.store.head(killed).position
    assert told(engine, killed, timed=False) == told(engine, whole, timed=False)
    assert verify(engine, killed).findings == ()


def in_other_units(path: Path, **changes: str) -> Path:
    """Write a file of activities in two units that only imports know."""
    codes = (("FO", "Facilities"), ("CF", "Finance"))
    lines = [
        line | {"unit_code": code, "unit": name, "external_id": f"{path.stem}-{code}"} | changes
        for line, (code, name) in zip(rows(2), codes, strict=True)
    ]
    return write_csv(path, lines)


def test_an_import_killed_while_it_dates_units_back_is_run_again_and_nothing_shows(
    engine: Engine, record: Path, tmp_path: Path
) -> None:
    newer = in_other_units(tmp_path / "newer.csv")
    older = in_other_units(
        tmp_path / "older.csv", occurred_on="2010-09-01", recorded_from="2024-11-03"
    )
    killed, whole = "killed-dating-back", "whole-dating-back"
    for district in (killed, whole):
        begin(engine, district)
        calm(engine, district, "import", str(record))
        calm(engine, district, "import", str(newer))
    before = engine.store.head(killed).position
    kill(engine, "import", "before-dating-back", 2, killed, str(older))
    assert engine.store.head(killed).position == before + 1, "one unit was dated back, one not"
    for district in (killed, whole):
        calm(engine, district, "import", str(older))
    assert told(engine, killed) == told(engine, whole)
    assert verify(engine, killed).findings == ()


@pytest.mark.parametrize(("operation", "point"), PROJECTED)
def test_a_killed_projector_is_run_again_and_nothing_shows(
    engine: Engine, record: Path, operation: str, point: str
) -> None:
    district = f"projected-{operation}-{point}"
    begin(engine, district)
    calm(engine, district, "import", str(record))
    if operation == "rebuild":
        project(engine, district)
    for projection in PROJECTIONS:
        kill(engine, operation, point, 1, district, projection.name)
        calm(engine, district, operation, projection.name)
        assert generations(engine, district, projection.name) == 1
    assert verify(engine, district).findings == ()
    assert told(engine, district) == undisturbed(engine, record)


def generations(engine: Engine, district: str, projection: str) -> int:
    """Return how many generations of a projection's rows are kept."""
    table = Identifier("cot_projection", projection)
    query = SQL("SELECT count(DISTINCT generation) FROM {} WHERE district = %s").format(table)
    with engine.reading() as connection:
        found = connection.execute(query, (district,)).fetchone()
    assert found is not None
    return int(found[0])


def undisturbed(engine: Engine, record: Path) -> tuple[object, ...]:
    """Return what a district says that nothing was killed in; made once."""
    if "undisturbed" not in {head.district for head in engine.store.heads()}:
        begin(engine, "undisturbed")
        calm(engine, "undisturbed", "import", str(record))
    return told(engine, "undisturbed")
