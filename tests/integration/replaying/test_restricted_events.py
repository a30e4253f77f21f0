"""What looks back tells nothing of events that only some may read, whatever gave them the class."""

import json
from uuid import UUID

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.main import outcome
from cot_flows.handling import Handling, Request
from cot_flows.scenarios.marrow_bay.people import STEWARD
from domain.access import RaiseClassification
from domain.ids import derived_id
from tests.support.marrow_bay import DISTRICT

pytestmark = pytest.mark.slow


def _at(engine: Engine, type_name: str) -> tuple[int, UUID]:
    """The position and id of the last event of a type that is open as it was recorded."""
    found = [
        each
        for each in engine.store.read_log(DISTRICT, after=0, limit=10_000)
        if each.type_name == type_name and each.classification in {"public", "internal"}
    ]
    return found[-1].position, found[-1].event_id


def _replayed(capsys: pytest.CaptureFixture[str], position: int) -> tuple[str, object, object]:
    """What a step says to people, and its classes and content in JSON."""
    asked = ["replay", "--from", str(position), "--to", str(position)]
    assert outcome(asked) == 0
    words = capsys.readouterr().out.splitlines()[1].strip()
    assert outcome([*asked, "--json"]) == 0
    event = json.loads(capsys.readouterr().out)["event"]
    return words, event["restricted"], event["says"]


def test_an_event_that_was_raised_is_no_longer_told_by_replay_diff_and_why(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    position, event_id = _at(at_the_terminal, "UnitStageEntered")
    log = at_the_terminal.store.read_log(DISTRICT, after=position - 1, limit=1)
    unit = log[0].event.model_dump()["unit"]
    words, restricted, says = _replayed(capsys, position)
    assert f"unit: {unit}" in words
    assert (restricted, bool(says)) == ([], True)
    head = at_the_terminal.store.head(DISTRICT)
    raising = Request(
        command=RaiseClassification(event=event_id, classification="personnel"),
        event_id=derived_id("test", "raising"),
        actor=STEWARD,
        reason="grievance",
    )
    Handling(at_the_terminal.store, utc_now).handle(DISTRICT, raising, recorded_at=head.recorded_at)
    assert _replayed(capsys, position) == ("(personnel: not told here)", ["personnel"], {})

    assert outcome(["why", "unit", unit, "stage", "--json"]) == 0
    behind = json.loads(capsys.readouterr().out)["events"]
    (entry,) = [each for each in behind if each["position"] == position]
    assert (entry["restricted"], entry["says"]) == (["personnel"], {})

    begin = at_the_terminal.store.read_log(DISTRICT, after=0, limit=1)[0].recorded_at
    assert outcome(["diff", "--known-at", begin.isoformat(), "--unit", unit, "--json"]) == 0
    groups = json.loads(capsys.readouterr().out)["events"]
    (entry,) = [e for found in groups.values() for e in found if e["position"] == position]
    assert (entry["restricted"], entry["says"]) == (["personnel"], {})
