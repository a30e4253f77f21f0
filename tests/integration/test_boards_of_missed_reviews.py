"""Reviews of a unit that lapsed one after the other are shown where people look at its unit."""

import re
from datetime import date
from html import unescape

import httpx
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli import reading
from cot_flows.cli.session import Asking, out
from cot_flows.overlays import missed_in_a_row
from cot_flows.projecting import project
from cot_flows.web.serving import Pages
from domain.facts.unit import UnitStageEntered
from tests.support.reviewing import BEGAN, DUE, Reviewing

MISSED = "2 reviews in a row missed"
SECOND, LAST = date(2025, 11, 21), date(2025, 12, 20)


def lapsed(engine: Engine) -> Reviewing:
    """Set up two units of which nobody holds a review of HR, and only the first of IT."""
    bay = Reviewing(engine, "bay").begin()
    for unit in ("HR", "IT"):
        entered = UnitStageEntered(unit=unit, from_stage="S0", to_stage="S1")
        bay.put(BEGAN, f"unit-{unit}", entered)
    bay.open(BEGAN, "R1")
    bay.open(BEGAN, "R2", about="unit:IT")
    bay.nights(BEGAN, DUE)
    bay.hold(date(2025, 10, 25), "R2")
    bay.nights(date(2025, 10, 26), date(2025, 11, 9))
    bay.open(date(2025, 11, 10), "R3", SECOND)
    bay.open(date(2025, 11, 10), "R4", SECOND, "unit:IT")
    bay.night(LAST)
    project(engine, "bay")
    return bay


def text(html: str) -> str:
    """Return what a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_board_and_the_unit_say_that_two_in_a_row_were_missed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lapsed(engine)
    monkeypatch.setenv("COT_DATABASE_URL", engine.url)
    monkeypatch.setenv("COT_HOME", str(engine.settings.home))
    asking = Asking(district="bay")
    with out.capture() as printed:
        reading.units(asking=asking)
    assert " ".join(printed.get().split()).count("in a row") == 1
    for code, times in (("HR", 1), ("IT", 0)):
        with out.capture() as printed:
            reading.unit(code, asking=asking)
        assert printed.get().count(MISSED) == times
    served = Pages(engine, 0)
    try:
        with httpx.Client(base_url=served.url, trust_env=False) as client:
            board, before, of_it = (
                text(client.get(f"/districts/bay{each}").text)
                for each in ("", "?known_at=2025-11-20", "/units/IT")
            )
    finally:
        served.close()
    assert "HR" in before
    assert (board.count(MISSED), MISSED in before, MISSED in of_it) == (1, False, False)


def review(
    name: str, due_on: date, ended_as: str | None, held_on: date | None
) -> dict[str, object]:
    return {
        "review": name,
        "about": "unit:HR",
        "due_on": due_on,
        "ended_as": ended_as,
        "held_on": held_on,
    }


def test_a_review_that_was_held_ends_a_row_and_other_endings_say_nothing() -> None:
    row = [
        review("R5", date(2026, 5, 1), None, None),
        review("R3", date(2026, 3, 1), "cancelled", None),
        review("R4", date(2026, 4, 1), "lapsed", None),
        review("R2", date(2026, 2, 1), "lapsed", None),
    ]
    assert missed_in_a_row(row)["unit:HR"] == 2
    held = review("R6", date(2026, 3, 15), "closed", date(2026, 3, 15))
    assert missed_in_a_row([*row, held])["unit:HR"] == 1
    assert missed_in_a_row([])["unit:HR"] == 0
