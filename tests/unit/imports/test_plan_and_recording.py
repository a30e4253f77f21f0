"""Plans and their recording on a log in memory: what is new, recognised, changed; and when."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cot_flows.errors import ImportRefused
from cot_flows.handling import Handling, Request
from cot_flows.imports.mapping import UnitMapping, read_mapping
from cot_flows.imports.plan import Origin, make_plan
from cot_flows.imports.reading import read_rows
from cot_flows.imports.recording import (
    Done,
    Recording,
    known_days,
    month_ends,
    reconstruct,
    record_now,
)
from cot_flows.imports.rows import COLUMNS, ImportRow, check_rows
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.correction import RetractFact
from domain.facts.every import EVENT_TYPES
from domain.facts.unit import UnitRegistered
from domain.ids import derived_id
from domain.unit import RegisterUnit
from events.codec import Codec
from events.memory import MemoryStore
from tests.support.files import RIGHT, rows, write_csv

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
ORIGIN = Origin("testburg", "activities", public=False)
DATA = Path(__file__).parents[3] / "cot_flows" / "imports" / "data"


def a_store(*, simulated: bool = False) -> MemoryStore:
    """Return a log in memory with a district that has begun."""
    numbers = count(1)
    salts = lambda: sha256(str(next(numbers)).encode()).digest()[:16]  # noqa: E731
    store = MemoryStore(Codec(EVENT_TYPES, salts), lambda: NOW)
    plan = DistrictPlan(
        district="testburg",
        name="Testburg Unified",
        time_zone="America/Los_Angeles",
        people=(Person("s-1", "steward"),),
        clock="simulated" if simulated else "server",
        begins_at=datetime(2000, 1, 1, tzinfo=UTC) if simulated else None,
        policies=(),
    )
    set_up_district(store, plan)
    return store


def checked(folder: Path, lines: Sequence[dict[str, str]]) -> list[ImportRow]:
    """Return rows that are right."""
    right, errors = check_rows(read_rows(write_csv(folder / "rows.csv", lines), COLUMNS))
    assert not errors
    return right


def recording_on(store: MemoryStore, *, reason: str | None = None) -> Recording:
    """Return a recording that nothing interrupts."""
    handling = Handling(store, lambda: NOW)
    return Recording(handling, "importer", reason, lambda _: None, lambda _: None, Done())


def test_rows_that_are_on_record_are_recognised_and_their_units_not_registered_again(
    tmp_path: Path,
) -> None:
    store, lines = a_store(), checked(tmp_path, rows(700))
    record_now(recording_on(store), make_plan(store, ORIGIN, lines[:600], {}))
    plan = make_plan(store, ORIGIN, lines, {})
    assert (len(plan.new), plan.recognised, plan.changed, plan.units) == (100, 600, (), ())


def test_a_changed_row_is_told_column_by_column(tmp_path: Path) -> None:
    store = a_store()
    record_now(recording_on(store), make_plan(store, ORIGIN, checked(tmp_path, rows(1)), {}))
    said = {"title": "Seven partner roles", "quantity": "7", "date_precision": "day"}
    plan = make_plan(store, ORIGIN, checked(tmp_path, rows(1, **said)), {})
    assert dict(plan.changed[0].differences) == {
        "title": ("Partner roles created", "Seven partner roles"),
        "quantity": ("6", "7"),
        "last_day": (date(2024, 9, 30), date(2024, 9, 1)),
        "date_precision": ("month", "day"),
    }


def test_another_source_name_makes_the_same_ids_other_rows(tmp_path: Path) -> None:
    store, lines = a_store(), checked(tmp_path, rows(2))
    record_now(recording_on(store), make_plan(store, ORIGIN, lines, {}))
    plan = make_plan(store, Origin("testburg", "board minutes", public=False), lines, {})
    assert (len(plan.new), plan.recognised) == (2, 0)


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(25)), recorded=st.integers(0, 25), data=st.data())
def test_any_order_of_the_rows_gives_the_same_plan(
    tmp_path_factory: pytest.TempPathFactory,
    order: list[int],
    recorded: int,
    data: st.DataObject,
) -> None:
    lines = checked(tmp_path_factory.mktemp("plan"), rows(25))
    units = data.draw(st.lists(st.sampled_from(["HR", "IT"]), min_size=25, max_size=25))
    given_rows = [
        row.__class__(**{name: getattr(row, name) for name in row.__slots__} | {"unit": unit})
        for row, unit in zip(lines, units, strict=True)
    ]
    store = a_store()
    record_now(recording_on(store), make_plan(store, ORIGIN, given_rows[:recorded], {}))
    mapping = {"HR": UnitMapping("HR", None)}
    plan = make_plan(store, ORIGIN, given_rows, mapping)
    assert make_plan(store, ORIGIN, [given_rows[n] for n in order], mapping) == plan
    assert len(plan.new) + plan.recognised == len(given_rows)


def test_a_mapped_unit_is_registered_as_its_counterpart_and_others_as_they_are(
    tmp_path: Path,
) -> None:
    store = a_store()
    lines = [RIGHT, RIGHT | {"external_id": "X-2", "unit_code": "own-desk", "unit": "Own desk"}]
    mapping = {"HR": UnitMapping("HR", "People office")}
    record_now(recording_on(store), make_plan(store, ORIGIN, checked(tmp_path, lines), mapping))
    log = store.read_log("testburg", after=0, limit=1000)
    registered = [each.event for each in log if isinstance(each.event, UnitRegistered)]
    assert [(u.unit, u.name, u.catalogue_code) for u in registered] == [
        ("HR", "People office", "HR"),
        ("own-desk", "Own desk", None),
    ]


def test_a_mapping_with_a_name_too_long_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(f"unit_code,catalogue_code,name\nHR,HR,{'x' * 161}\n", encoding="utf-8")
    with pytest.raises(ImportRefused) as refusal:
        read_mapping(path)
    assert "row=2, column='name'" in str(refusal.value.errors[0])


def test_rows_that_name_a_unit_that_was_taken_back_are_refused_before_anything_is_recorded(
    tmp_path: Path,
) -> None:
    store = a_store()
    handling, unit = Handling(store, lambda: NOW), derived_id("a unit")
    register = RegisterUnit(unit="HR", name="Human resources")
    handling.handle("testburg", Request(command=register, event_id=unit, actor="s-1"))
    retract = RetractFact(event_id=unit, stream="unit-HR")
    handling.handle(
        "testburg",
        Request(command=retract, event_id=derived_id("no unit"), actor="s-1", reason="no such"),
    )
    with pytest.raises(ImportRefused, match="taken back") as refusal:
        make_plan(store, ORIGIN, checked(tmp_path, rows(2)), {})
    assert "use another code" in str(refusal.value.errors[0])
    assert len(refusal.value.errors) == 2


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        (date(2024, 1, 31), date(2024, 1, 31), []),
        (date(2024, 1, 31), date(2024, 2, 1), ["2024-01-31"]),
        (date(2024, 1, 5), date(2024, 3, 31), ["2024-01-31", "2024-02-29"]),
        (date(2023, 12, 5), date(2024, 1, 2), ["2023-12-31"]),
        (date(2024, 5, 5), date(2024, 1, 2), []),
    ],
)
def test_the_months_that_end_on_the_way_are_passed_in_order(
    after: date, until: date, expected: list[str]
) -> None:
    assert [day.isoformat() for day in month_ends(after, until)] == expected


def test_rows_of_all_files_become_known_in_the_order_of_their_publication(tmp_path: Path) -> None:
    lines = checked(
        tmp_path,
        [
            RIGHT | {"external_id": "late", "recorded_from": "2025-01-09"},
            RIGHT
            | {"external_id": "month", "recorded_from": "2024-10-01"}
            | {"recorded_precision": "month"},
            RIGHT | {"external_id": "undated", "recorded_from": "", "recorded_precision": ""},
        ],
    )
    assert [
        (day.isoformat(), [r.external_id for r in of_day]) for day, of_day in known_days(lines)
    ] == [
        ("2024-09-30", ["undated"]),
        ("2024-10-31", ["month"]),
        ("2025-01-09", ["late"]),
    ]


def test_a_reconstruction_passes_each_month_end_once_and_counts_who_comes_late(
    tmp_path: Path,
) -> None:
    store, evenings = a_store(simulated=True), list[datetime]()

    def run(lines: list[ImportRow]) -> Done:
        recording = recording_on(store)
        plan = make_plan(store, ORIGIN, lines, {})
        reconstruct(recording, plan, store.head("testburg"), evenings.append)
        return recording.done

    first = RIGHT | {"recorded_from": "2000-02-10", "occurred_on": "2000-01-01"}
    second = first | {"external_id": "X-2", "recorded_from": "2000-04-03"}
    assert run(checked(tmp_path, [second, first])).late == 0
    assert [each.date().isoformat() for each in evenings] == [
        "1999-12-31",
        "2000-01-31",
        "2000-02-29",
        "2000-03-31",
    ]
    head = store.head("testburg").recorded_at
    older = first | {"external_id": "X-3", "recorded_from": "2000-03-01"}
    done = run(checked(tmp_path, [first, second, older]))
    assert (done.recorded, done.late, done.units, len(evenings)) == (1, 1, 0, 4)
    last = store.read_log("testburg", after=0, limit=1000)[-1]
    assert last.recorded_at == head
    assert getattr(last.event, "known_on", None) == date(2000, 3, 1)


@pytest.mark.parametrize("simulated", [True, False], ids=["simulated", "server"])
def test_a_correction_may_name_a_unit_that_only_it_needs(tmp_path: Path, simulated: bool) -> None:
    store = a_store(simulated=simulated)

    def run(lines: list[ImportRow], reason: str | None) -> Done:
        recording = recording_on(store, reason=reason)
        plan = make_plan(store, ORIGIN, lines, {}, correct=reason is not None)
        if simulated:
            reconstruct(recording, plan, store.head("testburg"), lambda _: None)
        else:
            record_now(recording, plan)
        return recording.done

    run(checked(tmp_path, rows(1)), None)
    moved = checked(tmp_path, rows(1, unit_code="people-office"))
    assert run(moved, None) == Done()
    assert run(moved, "it is the other office") == Done(corrected=1, units=1)
    assert run(moved, "it is the other office") == Done()


def test_each_shipped_file_is_right_and_has_the_rows_it_should() -> None:
    expected = {"oakland": (79, 15), "denver": (26, 6), "tulsa": (25, 3), "minneapolis": (24, 5)}
    for district, (count_of_rows, planned) in expected.items():
        right, errors = check_rows(read_rows(DATA / f"activities_{district}.csv", COLUMNS))
        assert not errors
        assert (len(right), sum(row.planned for row in right)) == (count_of_rows, planned)


def interrupted_at(point: str) -> Callable[[str], None]:
    """Return a fail point that ends the import there."""

    def fail(name: str) -> None:
        if name == point:
            raise KeyboardInterrupt

    return fail


@pytest.mark.parametrize("point", ["before-append", "after-append", "between-chunks"])
def test_rows_of_one_day_are_resumed_in_the_middle_of_the_day(tmp_path: Path, point: str) -> None:
    broken, whole = a_store(simulated=True), a_store(simulated=True)
    lines = checked(tmp_path, rows(450))
    done = Done()
    handling = Handling(broken, lambda: NOW)
    recording = Recording(handling, "importer", None, lambda _: None, interrupted_at(point), done)
    plan = make_plan(broken, ORIGIN, lines, {})
    with pytest.raises(KeyboardInterrupt):
        reconstruct(recording, plan, broken.head("testburg"), lambda _: None)
    assert done.recorded == (0 if point == "before-append" else 200)
    for store in (broken, whole):
        again = recording_on(store)
        plan = make_plan(store, ORIGIN, lines, {})
        reconstruct(again, plan, store.head("testburg"), lambda _: None)
        assert again.done.late == 0
    logs = [
        [
            (e.event_id, e.position, e.recorded_at, e.event)
            for e in store.read_log("testburg", after=0, limit=1000)
        ]
        for store in (broken, whole)
    ]
    assert logs[0] == logs[1]
