"""The handover of the fictional district tells what its log says is open, and who answers for it."""

import json
from datetime import date

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli.main import outcome
from cot_flows.handover import Handover, hand_over
from cot_flows.handover_words import SHOWN
from cot_flows.moments import resolve_moment
from cot_flows.projecting import project
from cot_flows.scenarios.marrow_bay import play
from domain.facts.action import ActionItemDropped, ActionItemOpened, ActionItemVerified
from domain.facts.unit import UnitPutOnHold
from projections.reading import read

pytestmark = pytest.mark.slow

DISTRICT = "marrow-bay"


@pytest.fixture(scope="module")
def marrow_bay(engine: Engine) -> Engine:
    """The whole story, in a district of this module."""
    play(engine, district=DISTRICT)
    project(engine, DISTRICT)
    return engine


def told(engine: Engine, known_at: str | None = None) -> Handover:
    head = engine.store.head(DISTRICT)
    return hand_over(engine, resolve_moment(engine, head, known_at, None))


def test_every_promise_of_the_log_that_is_not_verified_or_dropped_is_told(
    marrow_bay: Engine,
) -> None:
    log = marrow_bay.store.read_log(DISTRICT, after=0, limit=10_000)
    ended = {
        each.event.action
        for each in log
        if isinstance(each.event, ActionItemVerified | ActionItemDropped)
    }
    opened = {e.event.action: e.event for e in log if isinstance(e.event, ActionItemOpened)}
    promises = {row["action"]: row for row in told(marrow_bay).promises}
    assert set(promises) == set(opened) - ended
    for action, row in promises.items():
        event = opened[str(action)]
        promised = (event.owner, event.due_on, event.shows_it_worked)
        assert (row["owner"], row["due_on"], row["shows_it_worked"]) == promised


def test_a_hold_is_told_with_its_end_and_who_approved_it_only_while_it_lasts(
    marrow_bay: Engine,
) -> None:
    log = marrow_bay.store.read_log(DISTRICT, after=0, limit=10_000)
    put = {e.event.unit: e.event for e in log if isinstance(e.event, UnitPutOnHold)}
    (hold,) = told(marrow_bay, "2026-02-09").holds
    assert hold["unit"] == "SPED"
    assert (hold["until"], hold["approved_by"]) == (put["SPED"].until, put["SPED"].approver)
    assert "SPED" not in {row["unit"] for row in told(marrow_bay, "2026-02-02").holds}


def test_what_is_vacant_stalled_contested_late_is_what_the_projections_say(
    marrow_bay: Engine,
) -> None:
    then = told(marrow_bay, "2026-03-03")
    assert {row["unit"] for row in then.stalled} >= {"IT"}
    assert "IT" in {row["unit"] for row in told(marrow_bay, "2026-02-13").vacant}
    assert any(row["about"] == "unit:HR" for row in told(marrow_bay, "2026-03-30").contested)
    with marrow_bay.reading() as connection:
        queue = read(
            connection,
            "review_queue",
            DISTRICT,
            position=then.answer.position,
            today=date(2026, 3, 3),
        ).rows
    assert {row["review"] for row in then.reviews} == {
        row["review"] for row in queue if row["status"] != "closed"
    }
    owing = {row["review"] for row in then.promises}
    assert {row["review"] for row in then.decisions} <= owing
    assert all(row["decided_by"] for row in then.decisions)


def test_before_anything_happened_every_list_says_so_in_words(
    marrow_bay: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COT_DATABASE_URL", marrow_bay.url)
    monkeypatch.setenv("COT_HOME", str(marrow_bay.settings.home))
    assert outcome(["handover", "--as-known-at", "2025-07-20"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert [empty for _, _, empty in SHOWN.values() if empty not in words] == []
    assert outcome(["handover", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(SHOWN) <= set(document)
    for name, (_, columns, _) in SHOWN.items():
        assert all(set(columns) <= set(row) for row in document[name])
