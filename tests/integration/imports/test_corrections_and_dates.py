"""Imports that change their mind, and dates that no log of theirs could hold."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.errors import ImportRefused, NotConfigured
from cot_flows.imports import ImportReport, import_activities
from cot_flows.projecting import project
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.facts.activity import ActivityReported
from events.active import active
from tests.support.files import rows, write_csv

BOTH_CLOCKS = pytest.mark.parametrize("simulated", [True, False], ids=["simulated", "server"])


def a_district(engine: Engine, *, simulated: bool) -> None:
    plan = DistrictPlan(
        district="testburg",
        name="Testburg Unified",
        time_zone="America/Los_Angeles",
        people=(Person("s-1", "steward"),),
        clock="simulated" if simulated else "server",
        begins_at=datetime(2000, 1, 1, tzinfo=UTC) if simulated else None,
        policies=(),
    )
    set_up_district(engine.store, plan)


def run(engine: Engine, path: Path, *, public: bool = False, reason: str = "") -> ImportReport:
    return import_activities(
        engine,
        "testburg",
        [path],
        actor="importer",
        source_public=public,
        correct=bool(reason),
        reason=reason or None,
    )


def titles(engine: Engine) -> list[str]:
    """Return the titles that count."""
    events = active(engine.store.read_log("testburg", after=0, limit=1000))
    return [each.event.title for each in events if isinstance(each.event, ActivityReported)]


@BOTH_CLOCKS
def test_a_row_that_goes_back_and_forth_counts_as_it_was_last_imported(
    engine: Engine, tmp_path: Path, simulated: bool
) -> None:
    a_district(engine, simulated=simulated)
    one = write_csv(tmp_path / "one.csv", rows(1, title="One"))
    two = write_csv(tmp_path / "two.csv", rows(1, title="Two"))
    for path, title in ((one, "One"), (two, "Two"), (one, "One"), (two, "Two")):
        run(engine, path, reason="the source changed its mind")
        assert titles(engine) == [title]
    head = engine.store.head("testburg").position
    assert run(engine, two, reason="again").as_dict()["corrected"] == 0
    assert engine.store.head("testburg").position == head


@BOTH_CLOCKS
def test_a_correction_that_happened_after_the_log_ends_is_known_when_it_was_published(
    engine: Engine, tmp_path: Path, simulated: bool
) -> None:
    a_district(engine, simulated=simulated)
    run(engine, write_csv(tmp_path / "first.csv", rows(1)))
    later = rows(1, occurred_on="2025-02-01", recorded_from="2025-03-04", title="Later")
    report = run(engine, write_csv(tmp_path / "later.csv", later), reason="misdated")
    assert (report.corrected, titles(engine)) == (1, ["Later"])
    if simulated:
        known = engine.store.position_known_at("testburg", date(2025, 3, 3))
        assert known == engine.store.head("testburg").position - 1


def test_the_correction_of_a_public_fact_is_as_public(engine: Engine, tmp_path: Path) -> None:
    a_district(engine, simulated=False)
    run(engine, write_csv(tmp_path / "a.csv", rows(1)), public=True)
    changed = write_csv(tmp_path / "b.csv", rows(1, title="Other"))
    run(engine, changed, public=True, reason="title")
    first, last = engine.store.read_log("testburg", after=0, limit=1000)[-2:]
    assert last.corrects == first.event_id
    assert (first.classification, last.classification) == ("public", "public")
    assert first.correlation_id == last.correlation_id


def test_a_blank_reason_is_none_and_records_nothing(engine: Engine, tmp_path: Path) -> None:
    a_district(engine, simulated=False)
    head = engine.store.head("testburg").position
    with pytest.raises(NotConfigured, match="reason"):
        run(engine, write_csv(tmp_path / "a.csv", rows(1)), reason="  ")
    assert engine.store.head("testburg").position == head


def test_accents_written_in_two_characters_are_recognised_again(
    engine: Engine, tmp_path: Path
) -> None:
    a_district(engine, simulated=False)
    path = write_csv(tmp_path / "a.csv", rows(1, title="Cafe\u0301", summary="Cafe\u0301"))
    assert run(engine, path).recorded == 1
    assert run(engine, path).recognised == 1
    assert titles(engine) == ["Caf\u00e9"]


@BOTH_CLOCKS
@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"quantity": "\u0663"}, "quantity"),
        ({"occurred_on": "2013-W01-1", "date_precision": "day"}, "occurred_on"),
        ({"recorded_from": "2999-01-01"}, "recorded_from"),
        (
            {
                "occurred_on": "2999-01-01",
                "date_precision": "year",
                "recorded_from": "",
                "recorded_precision": "",
            },
            "occurred_on",
        ),
    ],
    ids=["digits of another script", "a week", "published in the future", "done in the future"],
)
def test_what_no_projection_could_read_and_no_clock_could_undo_is_refused(
    engine: Engine, tmp_path: Path, simulated: bool, changes: dict[str, str], column: str
) -> None:
    a_district(engine, simulated=simulated)
    head = engine.store.head("testburg")
    with pytest.raises(ImportRefused) as refusal:
        run(engine, write_csv(tmp_path / "a.csv", rows(1, **changes)))
    assert f"column='{column}'" in str(refusal.value.errors[0])
    assert engine.store.head("testburg") == head
    project(engine, "testburg")


def test_a_plan_to_come_needs_its_publication_only_where_the_clock_is_simulated(
    engine: Engine, tmp_path: Path
) -> None:
    a_district(engine, simulated=True)
    undated = {"recorded_from": "", "recorded_precision": "", "assertion": "planned"}
    to_come = {"occurred_on": "2999-01-01", "date_precision": "year"}
    with pytest.raises(ImportRefused) as refusal:
        run(engine, write_csv(tmp_path / "a.csv", rows(1, **undated, **to_come)))
    assert "fill in recorded_from" in str(refusal.value.errors[0])
    dated = write_csv(tmp_path / "b.csv", rows(1, assertion="planned", **to_come))
    assert run(engine, dated).recorded == 1


def test_faults_of_one_row_are_all_told_whoever_finds_them(engine: Engine, tmp_path: Path) -> None:
    a_district(engine, simulated=False)
    path = write_csv(tmp_path / "a.csv", rows(2, district="Elsewhere", kind="rumour"))
    with pytest.raises(ImportRefused) as refusal:
        run(engine, path)
    told = [(each.row, each.column) for each in refusal.value.errors]  # type: ignore[attr-defined]
    assert told == [(2, "kind"), (2, "district"), (3, "kind"), (3, "district")]
