"""Redactions, legal holds, retention and restricted reading as a person uses them."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.settings import Settings
from cot_flows.web.serving import Pages
from domain.catalogue.retention import shipped_retention

TODAY = date.today()  # noqa: DTZ011 - what a person types
PLAN = (
    f"record plan-activity --activity A1 --title Desk --units HR --dimension 3 --owner s-1 "
    f"--starts-on {TODAY} --due-on {TODAY}"
)
NOTE = "record note-progress --activity A1 --schools-percent 5"


@pytest.fixture
def office(testburg: Any) -> Any:
    """A district with people for every part, and a note that names a student."""
    for person, role in (("c-1", "chair"), ("u-1", "superintendent"), ("h-1", "head")):
        testburg.done(f"record register-actor --actor {person} --role {role}")
    testburg.done(PLAN)
    testburg.done(NOTE, "--note", "Sam Doe waited", "--reason", "told by Sam's mother")
    return testburg


def note_of(cot: Any) -> dict[str, Any]:
    """The event of the note."""
    found = [e for e in cot.json("events --limit 500")["rows"] if e["type"].endswith("Noted")]
    return dict(found[0])


def redacted(cot: Any, event: str, name: str = "RD-1") -> None:
    """Redact the note of an event with all that it takes."""
    cot.done(f"redact request {name} {event} --field data.note --basis FERPA --reason named")
    cot.done(f"redact approve {name} --by c-1")
    cot.done(f"redact approve {name} --by u-1")
    cot.done(f"redact withdraw {name}")


def types(cot: Any) -> list[str]:
    """The types of the log, in order."""
    return [row["type"] for row in cot.json("events --limit 500")["rows"]]


def test_two_others_approve_and_the_value_is_gone_while_the_hash_still_verifies(
    office: Any,
) -> None:
    """Row 52 of Marrow Bay: a case note names a student; two approvers redact it."""
    before = note_of(office)
    assert before["data"]["note"] == "Sam Doe waited"
    redacted(office, before["event_id"])
    after = note_of(office)
    assert after["leaf_hash"] == before["leaf_hash"]
    assert (after["data"]["note"], after["withheld"]) == (None, ["data.note"])
    assert after["withheld_by"]["data.note"]["basis"] == "FERPA"
    assert after["reason"] == "told by Sam's mother"
    shown = office.done("events --limit 500")
    assert "Sam Doe" not in shown
    assert "note=withheld (FERPA, 20" in shown
    assert office.json("verify")["findings"] == []
    (row,) = office.json("redact list")["rows"]
    assert (row["status"], row["approved_by"]) == ("withdrawn", ["c-1", "u-1"])


def test_nobody_approves_their_own_and_the_attempt_is_on_record(office: Any) -> None:
    event = note_of(office)["event_id"]
    office.done(f"redact request RD-1 {event} --basis FERPA --reason named")
    code, _, error = office("redact approve RD-1")
    assert (code, "two others must" in error) == (65, True)
    office.done("redact approve RD-1 --by c-1")
    assert office("redact approve RD-1 --by c-1")[0] == 65
    assert office("redact approve RD-1 --by h-1")[0] == 65
    code, _, error = office("redact withdraw RD-1")
    assert (code, "1 of 2 approvals" in error) == (65, True)
    refused = [
        e for e in office.json("events --limit 500")["rows"] if e["type"] == "AttemptRefused"
    ]
    assert [(e["data"]["rule"], e["actor"]) for e in refused] == [
        ("self_approval", "s-1"),
        ("approved_twice", "c-1"),
    ]
    assert note_of(office)["data"]["note"] == "Sam Doe waited"


@pytest.fixture
def collision(office: Any) -> Any:
    """Transportation and safety with a note each that names somebody, as of the bus collision."""
    for unit in ("TRN", "SAF"):
        office.done(f"record register-unit --unit {unit} --name {unit}")
        office.done(
            f"record plan-activity --activity A-{unit} --title Routes --units {unit} "
            f"--dimension 3 --owner s-1 --starts-on {TODAY} --due-on {TODAY}"
        )
        office.done(
            f"record note-progress --activity A-{unit} --schools-percent 5 --note Kim-{unit}"
        )
    return office


PLACE = "hold place LH-1 --matter Collision --authority Counsel --unit TRN --unit SAF"


def last_note(cot: Any, unit: str) -> str:
    """The id of the note about a unit."""
    rows = cot.json(f"events --about unit:{unit}")["rows"]
    return next(str(e["event_id"]) for e in rows if e["type"] == "ActivityProgressNoted")


def test_a_hold_after_the_collision_blocks_redaction_at_every_step(collision: Any) -> None:
    """Row 47 of Marrow Bay: a legal hold over TRN and SAF; redaction is blocked, and recorded."""
    event = last_note(collision, "TRN")
    collision.done(f"redact request RD-1 {event} --basis FERPA --reason named")
    collision.done("redact approve RD-1 --by c-1")
    collision.done("redact approve RD-1 --by u-1")
    collision.done(PLACE)
    for words in (
        "redact withdraw RD-1",
        f"redact request RD-2 {event} --basis FERPA --reason named",
    ):
        code, _, error = collision(words)
        assert (code, "legal hold LH-1 covers" in error) == (65, True), error
    assert types(collision)[-2:] == ["AttemptRefused", "AttemptRefused"]
    assert "Kim-TRN" in collision.done("events --about unit:TRN")
    (row,) = collision.json("hold list")["rows"]
    held = {
        e["position"]
        for unit in ("TRN", "SAF")
        for e in collision.json(f"events --about unit:{unit}")["rows"]
    }
    assert (row["events"], row["values"]) == (len(held), 3)
    redacted(collision, note_of(collision)["event_id"], "RD-3")


def test_counsel_releases_one_unit_and_the_other_stays_held(collision: Any) -> None:
    """Row 70 of Marrow Bay: the hold is released for SAF by counsel's letter; TRN stays held."""
    collision.done(PLACE)
    code, _, error = collision("hold release LH-1 --directive letter --unit SAF")
    assert (code, "released by people with one of: chair, counsel" in error) == (65, True)
    code, _, error = collision("hold release LH-1 --by c-1 --directive letter --unit HR")
    assert (code, "HR is not held" in error) == (65, True)
    collision.done("hold release LH-1 --by c-1 --unit SAF --directive", "Letter of 2026-11-09")
    (row,) = collision.json("hold list")["rows"]
    assert (row["units_held"], row["ended"]) == (["TRN"], False)
    redacted(collision, last_note(collision, "SAF"))
    kept = last_note(collision, "TRN")
    code, _, error = collision(f"redact request RD-2 {kept} --basis FERPA --reason named")
    assert (code, "legal hold LH-1 covers" in error) == (65, True)
    collision.done("hold release LH-1 --by c-1 --directive letter")
    assert collision.json("hold list")["rows"][0]["ended"]
    redacted(collision, kept, "RD-3")


def test_a_hold_tells_at_once_how_much_it_covers(collision: Any) -> None:
    words = "--matter Collision --authority Counsel --stream"
    shown = collision.done(f"hold place LH-2 {words} activity-A-TRM")
    assert "It covers 0 events with 0 personal values recorded so far. Is that meant?" in shown
    shown = collision.done(f"hold place LH-3 {words} activity-A-TRN")
    assert "It covers 2 events with 1 personal values recorded so far." in shown
    assert "Is that meant?" not in shown
    told = collision.json(f"hold place LH-4 {words} activity-A-SAF")
    assert (told["events"], told["values"]) == (2, 1)


def test_a_withdrawal_is_neither_corrected_nor_taken_back(office: Any) -> None:
    redacted(office, note_of(office)["event_id"])
    last = office.json("events --limit 500")["rows"][-1]
    code, _, error = office(
        f"record retract-fact --event-id {last['event_id']} --stream {last['stream']} --reason x"
    )
    assert (code, "says what was done with the record itself" in error) == (65, True), error
    assert types(office)[-1] == "ValuesWithdrawn"


def test_restricted_events_are_read_by_right_and_purpose_and_that_is_recorded(
    office: Any, tmp_path: Path
) -> None:
    event = note_of(office)["event_id"]
    office.done(
        f"record raise-classification --event {event} --classification personnel --reason grievance"
    )
    for words in ("events --limit 500", "events --limit 500 --by h-1 --purpose curiosity"):
        assert "Sam Doe" not in office.done(words)
    assert "RecordsAccessed" not in types(office)
    assert note_of(office)["hidden"] is True
    code, shown, remark = office("events --limit 500")
    assert (code, "--purpose" in remark, "restricted (personnel)" in shown) == (0, True, True)
    assert "Sam Doe" in office.done("events --limit 500 --by c-1", "--purpose", "grievance 12")
    assert types(office)[-1] == "RecordsAccessed"
    (row,) = office.json("access-log")["rows"]
    assert (row["actor"], row["purpose"], row["classes"]) == ("c-1", "grievance 12", ["personnel"])
    assert office("access-log --by h-1")[0] == 65
    file = tmp_path / "log.csv"
    office.done(f"access-log --out {file}")
    lines = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    assert [line["purpose"] for line in lines] == ["grievance 12"]


def test_nothing_is_due_without_rules_and_examples_call_themselves_no_law(
    office: Any, tmp_path: Path
) -> None:
    assert office.json("retention due")["rows"] == []
    assert "not law" in office.done("retention rules --shipped")
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(office.json("retention rules --shipped")))
    office.done(f"retention adopt {file}")
    assert office.json("retention rules")["rules_version"] == "1.0"
    assert len(office.json("retention rules")["rows"]) == len(shipped_retention().rules)
    assert office.json("retention due")["rows"] == []
    assert "Would dispose of 0 values of 0 events; 0 are held." in office.done("retention dispose")
    done = office.json("retention dispose --apply --approved-by c-1")
    assert (done["applied"], done["events"], done["refused"]) == (True, 0, [])
    assert office("retention adopt", str(tmp_path / "none.json"))[0] == 65


def test_a_page_says_that_a_restricted_event_is_there_and_no_more(
    office: Any, database_url: str, tmp_path: Path
) -> None:
    note = note_of(office)
    with Engine(Settings(home=tmp_path), database_url, None) as engine:
        pages = Pages(engine, 0)
        try:
            address = f"{pages.url}/districts/testburg/events/{note['position']}"
            assert "schools percent: 5" in httpx.get(address, trust_env=False).text
            office.done(
                f"record raise-classification --event {note['event_id']} "
                "--classification student-derived --reason slipped-in"
            )
            shown = httpx.get(address, trust_env=False).text
        finally:
            pages.close()
    assert "schools percent" not in shown
    assert "restricted (student-derived)" in shown
