"""Every number comes out of the events that are listed behind it, and of nothing else."""

import json
from datetime import date
from typing import Any

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli.main import outcome
from cot_flows.errors import NotConfigured, UnknownThing
from cot_flows.moments import Moment, resolve_moment
from cot_flows.replaying.alone import rows_alone
from cot_flows.replaying.bearing import Asked
from cot_flows.replaying.tracing import around, trace
from projections.catalogue import projection_named
from projections.reading import read
from tests.support.marrow_bay import DISTRICT

pytestmark = pytest.mark.slow

COLUMNS = (
    "name", "stage", "days_in_stage", "head", "unmet", "activities_open", "open_due_dates",
    "actions_open", "actions_escalated", "last_activity_on", "last_qualifying_position", "stalled",
    "holds", "on_hold_until", "d1", "d3", "d3_count", "d5", "ratings_count", "contested",
    "oldest_evidence_on", "came_from", "ended_as", "staged", "last_event_position",
)  # fmt: skip


def at(bay: Engine, known_at: str | None = None, effective: date | None = None) -> Moment:
    return resolve_moment(bay, bay.store.head(DISTRICT), known_at, effective)


@pytest.mark.parametrize("unit", ["HR", "IT", "TL", "FED", "SPED"])
@pytest.mark.parametrize("known_at", ["2026-03-01", None], ids=["in March", "now"])
def test_every_kind_of_number_of_a_unit_re_derives(
    bay: Engine, unit: str, known_at: str | None
) -> None:
    moment = at(bay, known_at)
    for column in COLUMNS:
        found = trace(bay, moment, Asked("unit_progress", f"unit:{unit}", column))
        assert found.verdict == "re-derives", (column, found.value, found.alone)


@pytest.mark.parametrize("name", ["review_queue", "activity_timeline", "evidence_freshness"])
def test_whole_rows_of_the_other_projections_re_derive(bay: Engine, name: str) -> None:
    moment, projection = at(bay), projection_named(name)
    with bay.reading() as connection:
        rows = read(connection, name, DISTRICT, today=moment.today).rows
    keys = sorted({str(row["key"]) for row in rows})[::9]
    assert len(keys) > 2
    for key in keys:
        events = around(bay, DISTRICT, key, moment.head.position)
        alone = rows_alone(bay, moment.head, projection, key, events, moment.today)
        assert alone == [row for row in rows if row["key"] == key]


def test_an_event_left_out_does_not_re_derive(bay: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    moment, projection = at(bay), projection_named("unit_progress")
    events = around(bay, DISTRICT, "unit:HR", moment.head.position)
    without = [each for each in events if each.type_name != "UnitStageEntered"]
    (row,) = rows_alone(bay, moment.head, projection, "unit:HR", without, moment.today)
    assert row["stage"] == "S0"


def test_the_log_of_these_events_alone_is_never_kept(bay: Engine) -> None:
    before = bay.store.heads()
    trace(bay, at(bay), Asked("unit_progress", "unit:HR", "stage"))
    assert bay.store.heads() == before


def test_few_events_are_behind_a_stage_and_the_corrected_rating_is_among_those_of_its_level(
    bay: Engine,
) -> None:
    stage = trace(bay, at(bay), Asked("unit_progress", "unit:HR", "stage"))
    kinds = {each.recorded.type_name for each in stage.events}
    assert kinds == {"UnitRegistered", "UnitStageEntered"}
    day = date(2026, 3, 1)
    rating = trace(bay, at(bay, None, day), Asked("evidence_freshness", "unit:HR", "level", "D3.1"))
    assert (rating.value, rating.alone) == (1, 1)
    replaced = [each for each in rating.events if each.replaced_by is not None]
    assert any(each.recorded.occurred_on == date(2026, 2, 13) for each in replaced)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert outcome([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_command_answers_for_a_field_and_an_indicator_and_says_when_the_query_is_another(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    document = told(capsys, "why", "unit", "HR", "D3.1", "--as-known-at", "2026-03-01")
    assert (document["value"], document["verdict"]) == (2, "re-derives")
    digest = document["query_digest"]
    same = told(capsys, "why", "unit", "HR", "D3.1", "--recorded-digest", digest)
    assert same["same_query"] is True
    other = ["why", "unit", "HR", "stage", "--recorded-digest", "sha256:" + "0" * 64]
    assert told(capsys, *other)["same_query"] is False
    assert outcome(other) == 0
    assert "Another query than the recorded one" in capsys.readouterr().out
    assert told(capsys, "why", "rating", "unit:HR", "D3.1", "freshness")["verdict"] == "re-derives"


def test_fields_and_units_that_are_not_there_are_named(bay: Engine) -> None:
    with pytest.raises(NotConfigured, match="days_in_stage"):
        trace(bay, at(bay), Asked("unit_progress", "unit:HR", "colour"))
    with pytest.raises(UnknownThing, match="unit:NONE"):
        trace(bay, at(bay), Asked("unit_progress", "unit:NONE", "stage"))
