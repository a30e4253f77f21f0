"""An older fact in a later file: the unit counts from it, under all three questions about time."""

from datetime import date
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.handling import Handling, Request
from cot_flows.imports import import_activities
from cot_flows.verifying import verify
from domain.facts.unit import UnitRegistered
from domain.ids import derived_id
from domain.unit import RegisterUnit
from events.envelope import RecordedEvent
from projections.reading import read
from tests.integration.imports.test_corrections_and_dates import BOTH_CLOCKS, a_district, run
from tests.support.files import rows, write_csv

OLD, NEW = date(2010, 9, 15), date(2024, 9, 15)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """Return a file with a fact of 2024."""
    return write_csv(tmp_path / "newer.csv", rows(1))


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Return a file with a fact of 2010, published later than the other."""
    changes = {"external_id": "X-100", "occurred_on": "2010-09-01", "recorded_from": "2024-11-03"}
    return write_csv(tmp_path / "older.csv", [row | changes for row in rows(1)])


def seen(engine: Engine, on: date, *, position: int | None = None) -> list[tuple[object, object]]:
    """Return code and reported facts of D3 of the units as effective on a day."""
    with engine.reading() as connection:
        asked = {"position": position, "effective_on": on, "today": on}
        answer = read(connection, "unit_progress", "testburg", **asked)  # type: ignore[arg-type]
    return [(row["unit"], row["facts_d3"]) for row in answer.rows]


def registrations(engine: Engine) -> list[RecordedEvent]:
    log = engine.store.read_log("testburg", after=0, limit=1000)
    return [each for each in log if isinstance(each.event, UnitRegistered)]


@BOTH_CLOCKS
def test_a_unit_counts_from_its_oldest_fact_once_that_is_known(
    engine: Engine, newer: Path, older: Path, simulated: bool
) -> None:
    a_district(engine, simulated=simulated)
    run(engine, newer)
    before = engine.store.head("testburg").position
    assert (seen(engine, OLD), seen(engine, NEW)) == ([], [("HR", 1)])
    report = run(engine, older)
    assert (report.recorded, report.units_registered, report.units_dated_back) == (1, 0, 1)
    assert (seen(engine, OLD), seen(engine, NEW)) == ([("HR", 1)], [("HR", 2)])
    assert seen(engine, OLD, position=before) == [], "what was not known then must not show"
    assert verify(engine, "testburg").findings == ()


def test_the_registration_is_corrected_with_a_reason_and_only_once(
    engine: Engine, newer: Path, older: Path
) -> None:
    a_district(engine, simulated=False)
    run(engine, newer)
    run(engine, older)
    assert run(engine, older).units_dated_back == 0
    first, second = registrations(engine)
    assert (second.corrects, second.effective_from) == (first.event_id, date(2010, 9, 1))
    assert second.reason == "an imported record tells of HR on 2010-09-01"
    assert (second.event, second.source) == (first.event, "import")


def test_one_import_of_both_files_shows_the_same_as_two_imports(
    engine: Engine, newer: Path, older: Path
) -> None:
    a_district(engine, simulated=False)
    import_activities(engine, "testburg", [newer, older], actor="importer")
    assert len(registrations(engine)) == 1
    assert (seen(engine, OLD), seen(engine, NEW)) == ([("HR", 1)], [("HR", 2)])


def test_a_row_corrected_to_an_earlier_day_takes_its_unit_along(
    engine: Engine, newer: Path, tmp_path: Path
) -> None:
    a_district(engine, simulated=False)
    run(engine, newer)
    moved = write_csv(tmp_path / "moved.csv", rows(1, occurred_on="2010-09-01"))
    assert run(engine, moved).units_dated_back == 0, (
        "a changed row that is left alone moves nothing"
    )
    assert run(engine, moved, reason="misread").units_dated_back == 1
    assert seen(engine, OLD) == [("HR", 1)]


def test_a_dry_run_says_that_a_unit_would_count_from_an_earlier_day(
    engine: Engine, newer: Path, older: Path
) -> None:
    a_district(engine, simulated=False)
    run(engine, newer)
    would = import_activities(engine, "testburg", [older], actor="importer", dry_run=True)
    assert would.units_dated_back == 1
    assert "1 units would be counted from an earlier fact." in would.lines()
    assert len(registrations(engine)) == 1


def test_what_a_person_said_of_a_unit_is_left_alone(
    engine: Engine, newer: Path, older: Path
) -> None:
    a_district(engine, simulated=False)
    run(engine, newer)
    (first,) = registrations(engine)
    request = Request(
        command=RegisterUnit(unit="HR", name="People"),
        event_id=derived_id("test", "renamed"),
        actor="s-1",
        effective_from=date(2020, 1, 1),
        reason="its name",
        corrects=first.event_id,
    )
    Handling(engine.store, utc_now).handle("testburg", request)
    assert run(engine, older).units_dated_back == 0
    assert seen(engine, OLD) == []


def test_an_import_that_goes_further_back_meanwhile_is_not_undone(
    engine: Engine, newer: Path, older: Path, tmp_path: Path
) -> None:
    a_district(engine, simulated=False)
    run(engine, newer)
    oldest = write_csv(
        tmp_path / "oldest.csv",
        [r | {"external_id": "X-200"} for r in rows(1, occurred_on="2001-09-01")],
    )
    files = [oldest]

    def meanwhile(name: str) -> None:
        if name == "before-dating-back" and files:
            run(engine, files.pop())

    import_activities(engine, "testburg", [older], actor="importer", fail_point=meanwhile)
    assert files == [], "the other import must have run in between"
    assert seen(engine, date(2001, 9, 15)) == [("HR", 1)]
    assert seen(engine, OLD) == [("HR", 2)]
    assert len(registrations(engine)) == 2
