"""Boards show units that have ended apart, with what came after them; their pages stay readable."""

import re
from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

import httpx
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli import reading
from cot_flows.cli.session import Asking, out
from cot_flows.handling import Handling, Request
from cot_flows.projecting import project
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from cot_flows.web.serving import Pages
from domain.reorganization import MergeUnits

DISTRICT = "testburg"
TAG = re.compile(r"<[^>]+>")


def text(html: str) -> str:
    """What a person reads of a page."""
    return " ".join(unescape(TAG.sub(" ", html)).split())


@pytest.fixture
def merged(engine: Engine) -> str:
    """HR and IT were merged into TL today; how the boards are to say so."""
    people = (Person("s-1", "steward"), Person("h-1", "head"))
    plan = DistrictPlan(
        district=DISTRICT, name="T", time_zone="UTC", people=people, units=("HR", "IT", "TL")
    )
    set_up_district(engine.store, plan)
    command = MergeUnits(units=("HR", "IT"), successor="TL", board_reference="Board item 7")
    request = Request(command=command, event_id=uuid4(), actor="s-1")
    Handling(engine.store, lambda: datetime.now(UTC)).handle(DISTRICT, request)
    project(engine, DISTRICT)
    return f"merged into TL on {engine.store.head(DISTRICT).recorded_at.date()}"


def test_the_board_of_the_pages_shows_ended_units_apart(engine: Engine, merged: str) -> None:
    served = Pages(engine, 0)
    try:
        with httpx.Client(base_url=served.url, trust_env=False) as client:
            board, unit, heir, behind = (
                client.get(f"/districts/{DISTRICT}{each}").text
                for each in ("", "/units/HR", "/units/TL", "/units/HR/behind/ending")
            )
    finally:
        served.close()
    going_on, _, ended = text(board).partition("Ended: units that are no more")
    assert "1 S0 Registered" in going_on
    assert "HR" not in going_on.partition("Needs care")[2]
    assert ended.count(merged) == 2
    assert f"Ended {merged}" in text(unit)
    assert "Came after it TL" in text(unit)
    assert "Came from HR , IT" in text(heir)
    assert "UnitsMerged" in behind


def test_the_board_of_the_command_line_shows_ended_units_apart(
    engine: Engine, merged: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COT_HOME", str(engine.settings.home))
    monkeypatch.setenv("COT_DATABASE_URL", engine.url)
    with out.capture() as captured:
        reading.units(asking=Asking(district=DISTRICT))
        reading.unit("HR", asking=Asking(district=DISTRICT))
    said = " ".join(captured.get().split())
    board, _, rest = said.partition("Ended: what they were stays readable")
    assert " TL " in board
    assert " HR " not in board
    assert rest.count(merged) == 3
    assert f"Ended {merged}" in rest
