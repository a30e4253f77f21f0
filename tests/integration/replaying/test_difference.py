"""What auditors ask of March 2026: the state as known then, as known now, and what lies between."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli.main import outcome
from cot_flows.replaying.difference import Difference, Known, difference
from projections.catalogue import PROJECTIONS
from projections.comparing import Seen, changed_rows, rows_at
from tests.support.marrow_bay import DISTRICT

pytestmark = pytest.mark.slow

AUDITED = date(2026, 3, 1)

Told = Callable[..., Any]


@pytest.fixture
def told(at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]) -> Told:
    """Run a command that must succeed and return what its JSON says."""

    def run(*arguments: str) -> Any:
        capsys.readouterr()
        assert outcome([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def level(document: Any, indicator: str) -> int | None:
    found = [each["level"] for each in document["ratings"] if each["indicator"] == indicator]
    return found[0] if found else None


def test_the_unit_is_shown_as_known_on_the_audited_day_and_as_known_now(told: Told) -> None:
    day = AUDITED.isoformat()
    then = told("unit", "HR", "--as-known-at", day)
    now = told("unit", "HR", "--as-effective-on", day)
    assert (then["unit"]["stage"], now["unit"]["stage"]) == ("S4", "S4")
    assert (level(then, "D3.1"), level(now, "D3.1")) == (2, 1)
    assert then["known_at_position"] < now["known_at_position"]
    assert (then["effective_on"], now["effective_on"]) == (day, day)


def test_the_difference_names_the_rating_and_the_late_record_as_its_cause(told: Told) -> None:
    day = AUDITED.isoformat()
    document = told("diff", "--known-at", day, "--effective-on", day, "--unit", "HR")
    (rating,) = [each for each in document["changes"] if each["identity"] == ["unit:HR", "D3.1"]]
    fields = {each["field"]: (each["before"], each["after"]) for each in rating["fields"]}
    assert fields["level"] == (2, 1)
    events = {
        each["position"]: (group, each)
        for group, found in document["events"].items()
        for each in found
    }
    causes = [events[position] for position in rating["by"]]
    late = [each for group, each in causes if group == "late"]
    assert any(
        (each["type"], each["occurred_on"], each["recorded_at"][:10])
        == ("EvidenceSubmitted", "2026-02-10", "2026-03-12")
        for each in late
    ), late
    corrected = [each for group, each in causes if group == "corrections"]
    assert any(each["says"].get("indicator") == "D3.1" for each in corrected)


def test_every_event_in_between_is_in_one_group_and_none_from_outside(bay: Engine) -> None:
    found = whole_difference(bay, AUDITED, date(2026, 3, 31))
    positions = [e.position for events in found.events.values() for e in events]
    expected = range(found.before.position + 1, found.after.position + 1)
    assert sorted(positions) == list(expected)
    assert all(each.occurred_on <= AUDITED for each in found.events["late"])
    assert all(each.occurred_on > AUDITED for each in found.events["new"])
    assert {each.type_name for each in found.events["corrections"]} >= {"EvidenceRetracted"}


def whole_difference(bay: Engine, first: date, second: date) -> Difference:
    store = bay.store
    before, after = (
        Known(store.position_known_at(DISTRICT, day), day, second) for day in (first, second)
    )
    return difference(bay, DISTRICT, before, after)


def test_the_touched_keys_are_enough_for_every_week_of_the_story(bay: Engine) -> None:
    day, compared = date(2025, 7, 8), 0
    while day < date(2026, 10, 1):
        later = day + timedelta(days=23)
        a, b = (Seen(bay.store.position_known_at(DISTRICT, d), later) for d in (day, later))
        for projection in PROJECTIONS:
            with bay.reading() as connection:
                found = changed_rows(connection, projection, DISTRICT, a, b)
                old = rows_at(connection, projection, DISTRICT, a, None)
                new = rows_at(connection, projection, DISTRICT, b, None)
            changed = {each.identity for each in found}
            same_old = [r for r in old if identity(projection.identity, r) not in changed]
            same_new = [r for r in new if identity(projection.identity, r) not in changed]
            assert bare(same_old) == bare(same_new), (projection.name, day)
            compared += len(found)
        day = later
    assert compared > 300


def identity(columns: tuple[str, ...], row: dict[str, object]) -> tuple[str, ...]:
    return tuple(str(row[each]) for each in columns)


def bare(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{k: v for k, v in row.items() if k != "last_event_position"} for row in rows]


def test_each_changed_row_names_an_event_in_between(bay: Engine) -> None:
    found = whole_difference(bay, date(2025, 10, 1), date(2026, 6, 30))
    assert len(found.changes) > 50
    for change in found.changes:
        assert change.by, change.row
        assert all(found.before.position < each <= found.after.position for each in change.by)


def test_a_moment_compared_with_itself_differs_in_nothing(told: Told) -> None:
    document = told("diff", "--known-at", "2026-03-01", "--known-at", "2026-03-01")
    assert document["changes"] == []
    assert document["events"] == {"new": [], "late": [], "corrections": []}


def test_the_moments_may_be_given_in_either_order(told: Told) -> None:
    days = ("--known-at", "2026-03-12", "--known-at", "2026-03-01")
    document = told("diff", *days)
    assert document["before"]["known_on"] == "2026-03-01"
    assert document["changes"]


def test_two_effective_dates_show_what_the_calendar_alone_changes(told: Told) -> None:
    document = told(
        "diff", "--known-at", "2026-03-01", "--known-at", "2026-03-01",
        "--effective-on", "2026-02-01", "--effective-on", "2026-03-01", "--unit", "HR",
    )  # fmt: skip
    (row,) = [each for each in document["changes"] if each["projection"] == "unit_progress"]
    days = {each["field"]: (each["before"], each["after"]) for each in row["fields"]}
    assert days["days_in_stage"] == (20, 48)
    assert row["by"] == []


def test_the_terminal_tells_the_groups_and_what_was_and_is(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    day = AUDITED.isoformat()
    assert outcome(["diff", "--known-at", day, "--effective-on", day, "--unit", "HR"]) == 0
    shown = capsys.readouterr().out
    assert "level: 2 → 1" in shown
    assert shown.index("New facts") < shown.index("Late facts") < shown.index("Corrections")


def test_a_unit_that_is_not_there_and_three_moments_are_refused(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["diff", "--known-at", "2026-03-01", "--unit", "NONE"]) == 66
    assert outcome(["diff", *("--known-at", "2026-03-01") * 3]) == 64
    assert "given once or twice" in capsys.readouterr().err
