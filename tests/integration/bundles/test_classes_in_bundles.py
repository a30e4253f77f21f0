"""A bundle for some classes tells nothing of an event that has another class as well."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.bundles.scope import Scope
from cot_flows.handling import Handling, Request
from cot_flows.sealing.changing_keys import create_key
from cot_flows.sealing.sealing import seal
from cot_flows.setting_up import set_up_district
from cot_flows.settings import Settings
from domain.access import RaiseClassification
from domain.facts.partnership import PartnershipFormed
from tests.support.bundles import (
    DISTRICT,
    MADE_AT,
    ORIGIN,
    PLAN,
    bundled,
    by_node,
    by_python,
    by_sql,
    rows_of,
)
from tests.support.databases import fresh_database
from tests.support.log import event_id, new, noted, write

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bundles")]

FORMED = PartnershipFormed(
    partnership="P1", director="d-1", school="S1", principal="p-1", network="A"
)


def test_a_raised_event_and_one_of_a_restricted_type_are_left_out_with_their_values(
    server_url: str, psql: str, elsewhere: str, tmp_path: Path
) -> None:
    place = tmp_path / "open"
    scope = Scope(classes=frozenset({"public", "internal"}), reason="records request")
    with (
        fresh_database(server_url) as url,
        Engine(Settings(home=tmp_path / "home", database_url=url), url, None) as engine,
    ):
        set_up_district(engine.store, PLAN)
        key = str(create_key(engine, engine.store.head(DISTRICT), "a-steward", ORIGIN))
        told = noted("told", "Everybody came", classification="public")
        raised = noted("raised", "Sam Doe wept", classification="public")
        given = noted("given", "Kim was told off", classification="personnel")
        formed = new(FORMED, "formed", classification="internal")
        engine.store.append(DISTRICT, [write(told, raised, given)])
        engine.store.append(DISTRICT, [write(formed, stream="partnership-P1")])
        ask = Request(
            command=RaiseClassification(event=raised.event_id, classification="personnel"),
            event_id=event_id("raising"),
            actor="a-steward",
            reason="grievance",
        )
        Handling(engine.store, lambda: MADE_AT).handle(DISTRICT, ask)
        seal(engine, DISTRICT)
        report = bundled(engine, place, scope)
        bundled(engine, tmp_path / "all")
    values = (place / "personal.jsonl").read_text()
    assert ("Everybody came" in values, "Sam Doe" in values, "Kim" in values) == (
        True,
        False,
        False,
    )
    shown = {
        UUID(json.loads(row["content"])["event_id"])
        for row in rows_of(place, "events.jsonl")
        if "content" in row
    }
    assert told.event_id in shown
    assert not shown & {raised.event_id, given.event_id, formed.event_id}
    log = json.loads((place / "withheld.json").read_text())
    assert (log["events_left_out"], report.events_left_out) == (3, 3)
    assert log["events_by_classification"] == {"internal": 1, "personnel": 1, "public": 1}
    assert log["events_by_further_class"] == {"personnel": 2}
    for run in (by_python, by_node, by_sql(psql, elsewhere)):
        code, answer = run(place, "--key", key)
        assert code == 0, answer
    assert "Sam Doe" in (tmp_path / "all" / "personal.jsonl").read_text()
