"""Stored rows that somebody altered are named; equal ones are attested once, and never again."""

import json

import psycopg
import pytest

from cot_flows.attesting import ALL, Attestation, Drawing, attest, drawing
from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.main import outcome
from cot_flows.errors import NotConfigured, VerificationFailed
from cot_flows.flows.attest import Attesting
from cot_flows.flows.attest import attest as attest_flow
from cot_flows.handling import Handling, Request
from cot_flows.projecting import project, rebuild_one
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.facts.attestation import ProjectionAttested, ProjectionDiffered
from domain.ids import derived_id
from domain.unit import AssignUnitHead, RegisterUnit
from events.envelope import RecordedEvent
from projections.attesting import drawn
from projections.catalogue import PROJECTIONS

DISTRICT = "testburg"
UNITS = ("HR", "IT", "FAC", "FIN", "PSU", "TL")


@pytest.fixture
def testburg(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A small district, projected, that commands and flows find by the environment."""
    monkeypatch.setenv("COT_DATABASE_URL", engine.url)
    monkeypatch.setenv("COT_HOME", str(engine.settings.home))
    plan = DistrictPlan(
        district=DISTRICT,
        name="Testburg Unified",
        time_zone="UTC",
        people=(Person("s-1", "steward"), Person("h-1", "head")),
        units=UNITS,
    )
    set_up_district(engine.store, plan)
    project(engine, DISTRICT)
    return engine


def by_superuser(engine: Engine, statement: bytes) -> int:
    """Do what no role of the product may, past the log, and return how many rows it hit."""
    with psycopg.connect(engine.url, autocommit=True) as connection:
        return connection.execute(statement).rowcount


def altered(engine: Engine) -> None:
    hit = by_superuser(
        engine,
        b"UPDATE cot_projection.unit_progress SET stage = 'S6', d3 = 3 WHERE unit = 'IT'",
    )
    assert hit == 1


def recorded(engine: Engine) -> list[RecordedEvent]:
    log = engine.store.read_log(DISTRICT, after=0, limit=10_000)
    return [e for e in log if isinstance(e.event, ProjectionAttested | ProjectionDiffered)]


def units(engine: Engine, drawing: Drawing = ALL) -> Attestation:
    (found,) = attest(engine, DISTRICT, drawing, name="unit_progress")
    return found


def register(engine: Engine, unit: str) -> None:
    command = RegisterUnit(unit=unit, name=unit)
    request = Request(command=command, event_id=derived_id("test", unit), actor="s-1")
    Handling(engine.store, utc_now).handle(DISTRICT, request)
    project(engine, DISTRICT)


def test_equal_rows_are_attested_up_to_the_position_at_which_they_stand(testburg: Engine) -> None:
    head = testburg.store.head(DISTRICT).position
    found = attest(testburg, DISTRICT, ALL)
    assert [each.projection for each in found] == [each.name for each in PROJECTIONS]
    assert all(each.holds and each.position == head for each in found)
    events = recorded(testburg)
    assert [each.position for each in events] == [each.recorded_at_position for each in found]
    told = events[0].event
    assert isinstance(told, ProjectionAttested)
    assert (told.scope, told.keys, told.rows, told.seed) == ("all", len(UNITS), len(UNITS), None)
    assert told.query_digest == f"sha256:{PROJECTIONS[0].query_digest}"
    assert (events[0].actor, events[0].stream) == ("scheduler", "attestation-unit_progress")


def test_a_row_altered_past_the_log_is_named_with_its_columns(testburg: Engine) -> None:
    altered(testburg)
    found = units(testburg)
    (row,) = found.differing
    assert (row.identity, row.columns) == (("unit:IT",), ("d3", "stage"))
    (event,) = recorded(testburg)
    assert isinstance(event.event, ProjectionDiffered)
    assert (event.event.first_key, event.event.columns) == ("unit:IT", ("d3", "stage"))
    assert "unit:IT, in d3, stage" in found.in_words()


def test_a_row_taken_away_and_a_row_put_in_are_named(testburg: Engine) -> None:
    by_superuser(testburg, b"DELETE FROM cot_projection.unit_progress WHERE unit = 'HR'")
    by_superuser(
        testburg,
        b"UPDATE cot_projection.unit_progress SET unit = 'XX', key = 'unit:XX' WHERE unit = 'TL'",
    )
    found = units(testburg)
    assert [each.identity for each in found.differing] == [("unit:HR",), ("unit:TL",), ("unit:XX",)]


def test_what_was_altered_is_found_although_new_facts_were_recorded_since(
    testburg: Engine,
) -> None:
    altered(testburg)
    register(testburg, "LEG")
    assert [each.identity for each in units(testburg).differing] == [("unit:IT",)]


def test_an_idle_log_stays_idle(testburg: Engine) -> None:
    attest(testburg, DISTRICT, ALL)
    project(testburg, DISTRICT)
    head = testburg.store.head(DISTRICT).position
    for _ in range(3):
        again = attest(testburg, DISTRICT, Drawing(3, "seed"))
        assert {each.recorded_at_position for each in again} == {None}
        project(testburg, DISTRICT)
    assert testburg.store.head(DISTRICT).position == head


def test_a_new_fact_is_attested_in_the_projections_it_touches_and_no_other(
    testburg: Engine,
) -> None:
    attest(testburg, DISTRICT, ALL)
    register(testburg, "LEG")
    again = {each.projection: each for each in attest(testburg, DISTRICT, ALL)}
    assert again["unit_progress"].recorded_at_position is not None
    assert again["unit_progress"].position == testburg.store.head(DISTRICT).position - 2
    assert again["review_queue"].recorded_at_position is None


def test_a_difference_is_recorded_once_and_its_mending_too(testburg: Engine) -> None:
    altered(testburg)
    first, second = units(testburg), units(testburg)
    assert (first.recorded_at_position is None, second.recorded_at_position) == (False, None)
    rebuild_one(testburg, "unit_progress", DISTRICT)
    assert units(testburg).recorded_at_position is not None
    kinds = [each.type_name for each in recorded(testburg)]
    assert kinds == ["ProjectionDiffered", "ProjectionAttested"]


def test_all_rows_are_attested_after_a_sample_was(testburg: Engine) -> None:
    sampled = units(testburg, Drawing(2, "s"))
    assert (sampled.scope, sampled.keys, sampled.keys_total) == ("sample", 2, len(UNITS))
    whole = units(testburg)
    assert whole.recorded_at_position is not None
    assert units(testburg, Drawing(2, "t")).recorded_at_position is None


def test_the_same_seed_draws_the_same_keys_and_another_seed_others() -> None:
    keys = [f"unit:U{n}" for n in range(200)]
    assert drawn(keys, 20, "a") == drawn(list(reversed(keys)), 20, "a")
    assert set(drawn(keys, 20, "a")) != set(drawn(keys, 20, "b"))
    # One more key moves at most one out of the sample.
    assert len(set(drawn(keys, 20, "a")) - set(drawn([*keys, "unit:NEW"], 20, "a"))) <= 1
    assert len(drawn(keys, 500, "a")) == 200


def test_a_sample_drawn_again_by_its_recorded_seed_has_the_recorded_digest(
    testburg: Engine,
) -> None:
    first = units(testburg, drawing(every=False, count=3, seed=None))
    (event,) = recorded(testburg)
    assert isinstance(event.event, ProjectionAttested)
    again = units(testburg, Drawing(3, event.event.seed))
    assert (first.rows_digest, again.rows_digest) == (event.event.rows_digest,) * 2
    other = {units(testburg, Drawing(3, seed)).rows_digest for seed in "abcdefgh"}
    assert len(other) > 1


def test_rows_that_were_never_stored_are_built_first(testburg: Engine) -> None:
    by_superuser(testburg, b"DELETE FROM cot_projection.checkpoint")
    assert units(testburg).rows == len(UNITS)


def test_the_command_ends_with_one_and_tells_json(
    testburg: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["attest", "unit_progress", "--all"]) == 0
    assert "equal to the log in 6 rows" in capsys.readouterr().out
    altered(testburg)
    assert outcome(["attest", "--sample", "6", "--seed", "x", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    by_name = {each["projection"]: each for each in document["attestations"]}
    assert by_name["unit_progress"]["differing"][0]["identity"] == ["unit:IT"]
    assert by_name["review_queue"]["holds"]
    assert outcome(["attest"]) in (0, 1)
    assert outcome(["attest", "--all", "--seed", "x"]) == 64


def test_all_rows_and_a_sample_are_not_asked_for_at_once() -> None:
    with pytest.raises(NotConfigured, match="--sample"):
        drawing(every=True, count=4, seed=None)


@pytest.mark.prefect
def test_the_flow_fails_when_a_row_differs_and_says_no_recorded_value(testburg: Engine) -> None:
    assert attest_flow.fn(Attesting(district=DISTRICT, every=True)) >= len(UNITS)
    altered(testburg)
    with pytest.raises(VerificationFailed, match="unit:IT") as failure:
        attest_flow.fn(Attesting(every=True))
    assert "S6" not in str(failure.value)


def test_heads_and_other_facts_go_on_after_an_attestation(testburg: Engine) -> None:
    attest(testburg, DISTRICT, ALL)
    command = AssignUnitHead(unit="HR", head="h-1")
    request = Request(command=command, event_id=derived_id("test", "head"), actor="s-1")
    Handling(testburg.store, utc_now).handle(DISTRICT, request)
    project(testburg, DISTRICT)
    assert units(testburg).recorded_at_position is not None
