"""Every command that reads answers about any moment: as known at, and as effective on."""

import json
from inspect import signature

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli.main import COMMANDS, outcome
from cot_flows.cli.papers import packet
from cot_flows.cli.session import Asking
from domain.facts.review_course import ReviewPacketFrozen
from tests.support.marrow_bay import DISTRICT

pytestmark = pytest.mark.slow

NOT_OF_A_MOMENT = {"diff", "replay"}
"""These are about two moments, or about all of them."""


def test_every_command_that_asks_takes_both_times() -> None:
    asking = {each.__name__: each for each in COMMANDS["Ask"]}
    assert {"units", "unit", "timeline", "reviews", "agenda", "freshness"} <= set(asking)
    for name in set(asking) - NOT_OF_A_MOMENT:
        taken = [str(each.annotation) for each in signature(asking[name]).parameters.values()]
        assert any(Asking.__name__ in each for each in taken), name
    assert {"as_known_at", "as_effective_on"} <= set(signature(packet).parameters)


@pytest.mark.parametrize(
    "command",
    [["units"], ["unit", "HR"], ["timeline"], ["reviews", "--all"], ["freshness"]],
    ids=lambda each: each[0],
)
def test_the_answer_is_of_the_moment_and_differs_from_that_of_now(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    told = {}
    for day in ("2025-12-01", "2026-06-01"):
        moment = ["--as-known-at", day, "--as-effective-on", "2025-11-30", "--json"]
        assert outcome([*command, *moment]) == 0
        told[day] = json.loads(capsys.readouterr().out)
        assert told[day]["effective_on"] == "2025-11-30"
    earlier, later = told.values()
    assert earlier["known_at_position"] < later["known_at_position"]


def test_freshness_narrows_to_a_subject(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["freshness", "--about", "unit:HR", "--as-known-at", "2026-03-01"]
    assert outcome([*asked, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["about"] for row in rows} == {"unit:HR"}
    assert {row["indicator"]: row["level"] for row in rows}["D3.1"] == 2
    assert outcome(asked) == 0
    assert "Newest evidence" in capsys.readouterr().out


def test_a_packet_for_the_moment_it_was_frozen_at_is_the_frozen_packet(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    frozen = [
        each.event
        for each in at_the_terminal.store.read_log(DISTRICT, after=0, limit=10_000)
        if isinstance(each.event, ReviewPacketFrozen)
    ][5]
    log = at_the_terminal.store.read_log(DISTRICT, after=frozen.as_known_position - 1, limit=1)
    assert outcome(["review", "packet", frozen.review]) == 0
    document = json.loads(capsys.readouterr().out)
    moment = ["--as-known-at", log[0].recorded_at.isoformat()]
    moment += ["--as-effective-on", frozen.as_effective_on.isoformat()]
    assert outcome(["review", "packet", frozen.review, *moment]) == 0
    then = json.loads(capsys.readouterr().out)
    assert set(then) == set(document)
    assert then["as_effective_on"] == document["as_effective_on"]
    assert outcome(["review", "packet", frozen.review, "--as-known-at", "2026-09-01"]) == 0
    later = json.loads(capsys.readouterr().out)
    assert later["as_known_position"] > document["as_known_position"]


def test_only_the_frozen_packet_is_set_for_people(
    at_the_terminal: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    log = at_the_terminal.store.read_log(DISTRICT, after=0, limit=10_000)
    frozen = next(e.event for e in log if isinstance(e.event, ReviewPacketFrozen))
    asked = ["review", "packet", frozen.review, "--as-known-at", "2026-09-01"]
    assert outcome([*asked, "--out", "made.html"]) == 64
    assert "FILE.json" in capsys.readouterr().err
