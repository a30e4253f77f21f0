"""Imports into real logs: four districts, again, changed, crashed, reconstructed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.errors import ImportRefused, NotConfigured
from cot_flows.imports import import_activities
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.facts.activity import ActivityAnnounced, ActivityReported
from projections.reading import read
from tests.support.files import RIGHT, rows, write_csv

DATA = Path(__file__).parents[3] / "cot_flows" / "imports" / "data"
REAL = {
    "oakland": ("Oakland Unified School District", 79, 15),
    "denver": ("Denver Public Schools", 26, 6),
    "tulsa": ("Tulsa Public Schools", 25, 3),
    "minneapolis": ("Minneapolis Public Schools", 24, 5),
}


def plan(district: str, name: str, *, simulated: bool = False) -> DistrictPlan:
    return DistrictPlan(
        district=district,
        name=name,
        time_zone="America/Los_Angeles",
        people=(Person("s-1", "steward"),),
        clock="simulated" if simulated else "server",
        begins_at=datetime(2000, 1, 1, tzinfo=UTC) if simulated else None,
        policies=(),
    )


@pytest.fixture
def testburg(engine: Engine) -> str:
    """Set up a district with a server clock."""
    set_up_district(engine.store, plan("testburg", "Testburg Unified"))
    return "testburg"


def facts(engine: Engine, district: str) -> list[ActivityReported | ActivityAnnounced]:
    return [
        each.event
        for each in engine.store.read_log(district, after=0, limit=10_000)
        if isinstance(each.event, ActivityReported | ActivityAnnounced)
    ]


def log_of(engine: Engine, district: str) -> list[tuple[object, ...]]:
    """Return a log without recording times and salts."""
    return [
        (e.position, e.stream, e.event_id, e.event, e.effective_from, e.subjects)
        for e in engine.store.read_log(district, after=0, limit=10_000)
    ]


def test_four_real_districts_import_side_by_side(engine: Engine) -> None:
    for district, (name, count, planned) in REAL.items():
        set_up_district(engine.store, plan(district, name, simulated=True))
        path = DATA / f"activities_{district}.csv"
        report = import_activities(engine, district, [path], actor="importer", source_public=True)
        assert report.recorded == count
        events = facts(engine, district)
        assert sum(isinstance(each, ActivityAnnounced) for each in events) == planned
        again = import_activities(engine, district, [path], actor="importer", source_public=True)
        assert (again.recorded, again.recognised, again.changed) == (0, count, 0)
    for district in REAL:
        position = engine.store.position_known_at(district, date(2016, 6, 30))
        with engine.reading() as connection:
            answer = read(
                connection,
                "unit_progress",
                district,
                position=position,
                effective_on=date(2016, 6, 30),
                today=date(2016, 6, 30),
            )
        assert 0 < len(answer.rows) < 35
        assert not any(row["staged"] for row in answer.rows)


def test_what_was_not_published_yet_is_not_known(engine: Engine) -> None:
    set_up_district(engine.store, plan("oakland", REAL["oakland"][0], simulated=True))
    import_activities(
        engine, "oakland", [DATA / "activities_oakland.csv"], actor="importer", source_public=True
    )
    recorded = engine.store.read_log("oakland", after=0, limit=1000)
    for each in recorded:
        if isinstance(each.event, ActivityReported) and each.event.known_on:
            assert each.recorded_at.date() >= each.event.known_on
    times = [each.recorded_at for each in recorded]
    assert times == sorted(times)


def test_one_fault_anywhere_records_nothing(engine: Engine, testburg: str, tmp_path: Path) -> None:
    head = engine.store.head(testburg).position
    good = write_csv(tmp_path / "good.csv", rows(3))
    bad = write_csv(tmp_path / "bad.csv", [RIGHT | {"external_id": "Y", "dimension": "7"}])
    with pytest.raises(ImportRefused, match="nothing was recorded"):
        import_activities(engine, testburg, [good, bad], actor="importer")
    assert engine.store.head(testburg).position == head


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"district": "Elsewhere"}, "another district"),
        ({"occurred_on": "2999-01-01", "date_precision": "year"}, "is it a plan"),
    ],
)
def test_rows_that_cannot_be_of_this_log_are_refused(
    engine: Engine, testburg: str, tmp_path: Path, changes: dict[str, str], says: str
) -> None:
    path = write_csv(tmp_path / "rows.csv", [RIGHT | changes])
    with pytest.raises(ImportRefused) as refusal:
        import_activities(engine, testburg, [path], actor="importer")
    assert says in str(refusal.value.errors[0])


def test_a_dry_run_records_nothing(engine: Engine, testburg: str, tmp_path: Path) -> None:
    head = engine.store.head(testburg).position
    path = write_csv(tmp_path / "rows.csv", rows(3))
    report = import_activities(engine, testburg, [path], actor="importer", dry_run=True)
    assert (report.recorded, report.units_registered) == (3, 1)
    assert engine.store.head(testburg).position == head


def test_a_changed_row_is_reported_and_corrected_only_when_asked(
    engine: Engine, testburg: str, tmp_path: Path
) -> None:
    import_activities(engine, testburg, [write_csv(tmp_path / "a.csv", rows(2))], actor="importer")
    lines = rows(2)
    lines[0]["title"] = "Partner roles created and filled"
    changed = write_csv(tmp_path / "b.csv", lines)
    report = import_activities(engine, testburg, [changed], actor="importer")
    assert (report.recorded, report.recognised, report.changed, report.corrected) == (0, 1, 1, 0)
    with pytest.raises(NotConfigured, match="reason"):
        import_activities(engine, testburg, [changed], actor="importer", correct=True)
    report = import_activities(
        engine, testburg, [changed], actor="importer", correct=True, reason="title was short"
    )
    assert report.corrected == 1
    head = engine.store.head(testburg).position
    again = import_activities(
        engine, testburg, [changed], actor="importer", correct=True, reason="title was short"
    )
    assert (again.changed, again.corrected, again.recognised) == (0, 0, 2)
    assert engine.store.head(testburg).position == head


def test_a_row_may_change_back_and_forth(engine: Engine, testburg: str, tmp_path: Path) -> None:
    titles = ["A", "B", "A", "B"]
    for number, title in enumerate(titles):
        path = write_csv(tmp_path / f"{number}.csv", rows(1, title=title))
        report = import_activities(
            engine,
            testburg,
            [path],
            actor="importer",
            source_public=True,
            correct=True,
            reason="told otherwise",
        )
        assert report.corrected == (number > 0)
    log = engine.store.read_log(testburg, after=0, limit=1000)
    last = [e for e in log if isinstance(e.event, ActivityReported)][-1]
    assert isinstance(last.event, ActivityReported)
    assert (last.event.title, last.classification) == ("B", "public")


def test_summaries_are_withdrawable_unless_the_source_is_public(
    engine: Engine, testburg: str, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "rows.csv", rows(1))
    import_activities(engine, testburg, [path], actor="importer", source="inside")
    import_activities(
        engine, testburg, [path], actor="importer", source="outside", source_public=True
    )
    inside, outside = facts(engine, testburg)
    assert (inside.summary, inside.published_summary) == (RIGHT["summary"], None)
    assert (outside.summary, outside.published_summary) == (None, RIGHT["summary"])


class Killed(BaseException):
    """Stands for the program's sudden end."""


def killing(point: str, times: int) -> Callable[[str], None]:
    """Return a fail point that ends the program when it is reached so many times."""
    left = [times]

    def fail(name: str) -> None:
        if name == point:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

    return fail


@pytest.mark.parametrize("point", ["before-append", "after-append", "between-chunks"])
@pytest.mark.parametrize("simulated", [True, False], ids=["simulated", "server"])
def test_an_import_that_is_killed_goes_on_where_it_stopped(
    engine: Engine, tmp_path: Path, point: str, simulated: bool
) -> None:
    path = write_csv(tmp_path / "rows.csv", rows(450))
    for district in ("killed", "whole"):
        set_up_district(engine.store, plan(district, "Testburg Unified", simulated=simulated))
    with pytest.raises(Killed):
        import_activities(engine, "killed", [path], actor="importer", fail_point=killing(point, 1))
    import_activities(engine, "killed", [path], actor="importer")
    import_activities(engine, "whole", [path], actor="importer")
    killed, whole = facts(engine, "killed"), facts(engine, "whole")
    assert [f.external_id for f in killed] == [f.external_id for f in whole]
    assert len(killed) == 450
    again = import_activities(engine, "killed", [path], actor="importer")
    assert (again.recorded, again.recognised) == (0, 450)
