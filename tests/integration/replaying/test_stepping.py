"""A history played forward: each event in plain words, each row it changed, at a person's pace."""

import io
import json
import sys
from typing import Any

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli.main import outcome
from cot_flows.replaying.stepping import Span, span, steps
from tests.support.marrow_bay import DISTRICT

pytestmark = pytest.mark.slow


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[Any]:
    capsys.readouterr()
    assert outcome(["replay", *arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_step_names_its_event_and_the_rows_it_changed(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    played = told(capsys, "--unit", "HR", "--from", "2026-01-12", "--to", "2026-01-12")
    (entered,) = [each for each in played if each["event"]["type"] == "UnitStageEntered"]
    assert entered["event"]["in_words"] == "Unit stage entered"
    (row,) = [each for each in entered["rows"] if each["projection"] == "unit_progress"]
    fields = {each["field"]: (each["before"], each["after"]) for each in row["fields"]}
    assert (row["key"], row["did"], fields["stage"]) == ("unit:HR", "changed", ("S3", "S4"))


def test_every_position_is_played_once_and_in_order(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    played = told(capsys, "--from", "400", "--to", "430")
    assert [each["position"] for each in played] == list(range(400, 431))


def test_the_steps_of_a_unit_change_no_row_of_another(bay: Engine) -> None:
    head = bay.store.head(DISTRICT)
    place = bay.store.position_known_at(DISTRICT, head.recorded_at)
    played = list(steps(bay, head, Span(place - 300, place, "FAC")))
    assert played
    keys = {c.key for step in played for c in step.changes if c.projection == "unit_progress"}
    assert keys <= {"unit:FAC"}


def test_the_changes_of_all_steps_lead_to_the_rows_at_the_end(bay: Engine) -> None:
    head = bay.store.head(DISTRICT)
    stage: str | None = None
    for step in steps(bay, head, Span(350, head.position // 2, "HR")):
        for change in step.changes:
            for field in change.fields:
                if (change.projection, field.field) == ("unit_progress", "stage"):
                    assert stage is None or field.before == stage
                    stage = str(field.after)
    assert stage == "S4"


class Terminal(io.StringIO):
    """Input of a person at a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_person_goes_on_with_enter_and_ends_with_q(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    asked = ["replay", "--from", "400", "--to", "412"]
    for typed, options, shown in (
        ("\nq\n", [], 2),
        ("", [], 1),
        ("\n" * 40, [], 13),
        ("q\n", ["--every", "10"], 10),
        ("", ["--every", "0"], 13),
    ):
        monkeypatch.setattr(sys, "stdin", Terminal(typed))
        assert outcome([*asked, *options]) == 0
        assert f"{shown} steps shown" in capsys.readouterr().err, (typed, options)


def test_elsewhere_than_at_a_terminal_all_is_printed(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["replay", "--unit", "HR", "--from", "2026-03-12", "--to", "2026-03-12"]) == 0
    printed = capsys.readouterr().out
    assert "happened 2026-02-10 · Evidence submitted" in printed
    assert "level: 2 → 1" in printed
    assert "in place of" in printed


def test_an_interruption_ends_with_its_code(
    at_the_terminal: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupting(Terminal):
        def readline(self, *_: Any) -> Any:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", Interrupting())
    with pytest.raises(SystemExit) as ended:
        outcome(["replay", "--from", "400", "--to", "412"])
    assert ended.value.code == 130


def test_places_may_be_positions_or_days_and_a_wrong_order_is_refused(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    head = at_the_terminal.store.head(DISTRICT)
    day = span(at_the_terminal, head, "2026-03-12", "2026-03-12", None)
    log = at_the_terminal.store.read_log(DISTRICT, after=day.after - 1, limit=1_000)
    inside = [each for each in log if day.after < each.position <= day.up_to]
    assert log[0].position == day.after
    assert log[0].recorded_at < inside[0].recorded_at
    assert inside[-1].recorded_at < log[len(inside) + 1].recorded_at
    assert outcome(["replay", "--from", "2026-03-12", "--to", "2026-03-01"]) == 64
    assert outcome(["replay", "--unit", "NONE"]) == 66
    assert outcome(["replay", "--from", "soon"]) == 64
