"""Keys, seals, proofs and witnesses as people use them, in two houses."""

import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.e2e.test_command_line import ACTIVITY
from tests.e2e.test_review_papers import TRIGGER

VKEY = re.compile(r"\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")


def vkey(text: str) -> str:
    found = VKEY.search(text)
    assert found is not None, text
    return found.group()


@pytest.fixture
def sealed(testburg: Any) -> Any:
    """A district with a key, an activity and a checkpoint."""
    testburg.done("keys create --origin example.org/testburg")
    testburg.done(ACTIVITY)
    testburg.done("seal")
    return testburg


def event(cot: Any, kind: str) -> str:
    rows = cot.json("events")["rows"]
    return next(str(row["event_id"]) for row in rows if row["type"] == kind)


def test_without_a_key_a_seal_says_what_to_do_and_nothing_else_minds(testburg: Any) -> None:
    code, _, err = testburg("seal")
    assert code == 64
    assert "cot keys create" in err
    assert "No checkpoint was sealed yet" in testburg.done("verify")
    assert testburg.json("keys list")["keys"] == []


def test_sealing_twice_seals_once(sealed: Any) -> None:
    answer = sealed.json("seal")
    assert (answer["sealed"], answer["lacking"]) == (False, None)
    assert "nothing new" in sealed.done("seal")
    report = sealed.json("verify")
    assert (report["findings"], report["checkpoints"], report["sealed"]) == ([], 1, answer["size"])


def test_an_auditor_checks_a_proof_without_the_database(
    sealed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.tlog-proof"
    told = sealed.done("audit prove", event(sealed, "ActivityPlanned"), "--to", str(file))
    assert "not that it was true" in told
    key = vkey(sealed.done("keys export"))
    monkeypatch.setenv("COT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/cot")
    out = sealed.done("audit check", str(file), "--key", key)
    assert "ActivityPlanned at position" in out
    assert "not that it was true" in out
    answer = sealed.json("audit check", str(file), "--key", key)
    assert (answer["signed_by"], answer["simulated"]) == (key, False)
    code, out, _ = sealed("audit check", str(file))
    assert (code, "NOT SHOWN" in out) == (1, True)
    file.write_text(file.read_text().replace("index", "index "))
    assert sealed("audit check", str(file), "--key", key)[0] == 1
    assert sealed("audit check", str(tmp_path / "none"), "--key", key)[0] == 66


def test_a_county_office_witnesses_the_log(sealed: Any, tmp_path: Path) -> None:
    folder, request = f"--folder {tmp_path / 'county'}", tmp_path / "request"
    witness = vkey(sealed.done(f"witness create county.example/w1 {folder}"))
    key = vkey(sealed.done("keys list"))
    sealed.done(f"witness trust {key} {folder}")
    sealed.done(f"witness request {request}")
    sealed.done(f"witness cosign {request} {folder}")
    sealed.done(f"witness record {request}.cosigned --witness {witness}")
    assert "example.org/testburg" in sealed.done(f"witness list {folder}")
    file = tmp_path / "two.tlog-proof"
    sealed.done("audit prove", event(sealed, "ActivityPlanned"), "--to", str(file))
    checked = sealed.json(f"audit check {file} --key {key} --witness {witness}")
    assert [each["witness"] for each in checked["witnesses"]] == [witness]
    code, _, err = sealed(f"witness cosign {request} {folder} --force")
    assert (code, "--from" in err) == (1, True)


def test_checkpoints_of_one_history_agree_and_others_do_not(sealed: Any, tmp_path: Path) -> None:
    first, second, forged = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    sealed.done(f"audit checkpoint {first}")
    sealed.done("record register-actor --actor s-9 --role analyst")
    sealed.done("seal")
    sealed.done(f"audit checkpoint {second}")
    key = vkey(sealed.done("keys export"))
    assert "One history" in sealed.done(f"audit compare {first} {second} --key {key}")
    lines = first.read_text().split("\n")
    forged.write_text("\n".join([*lines[:2], "A" * 43 + "=", *lines[3:]]))
    code, _, err = sealed(f"audit compare {first} {forged}")
    assert (code, "FORK" in err) == (1, True)
    assert sealed(f"audit compare {first} {forged} --key {key}")[0] == 1
    longer = tmp_path / "d"
    longer.write_text("\n".join([lines[0], "9999", *lines[2:]]))
    code, _, err = sealed(f"audit compare {first} {longer}")
    assert (code, "cut off" in err) == (1, True)


def test_keys_are_rotated_lost_and_made_again(sealed: Any) -> None:
    assert sealed("keys create")[0] == 65
    sealed.done("keys rotate")
    code, _, _ = sealed("keys lost")
    assert code == 64
    sealed.done("keys lost --reason", "the laptop was stolen")
    assert sealed("keys rotate")[0] == 64
    sealed.done("keys create")
    rows = sealed.json("keys list")["keys"]
    assert [row["ended"] for row in rows] == ["rotated", "lost", None]
    assert len(sealed.done("keys export").split()) == 3
    sealed.done("verify")


def test_verify_names_what_was_altered_since_it_was_sealed(sealed: Any, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE cot_log.event DISABLE TRIGGER USER")
        connection.execute("UPDATE cot_log.event SET leaf_hash = sha256('x') WHERE position = 3")
    report = sealed.json("verify")
    assert {fault["check"] for fault in report["findings"]} >= {"leaf", "checkpoints"}
    assert sealed("verify")[0] == 1
    sealed.done("record register-actor --actor s-8 --role analyst")
    code, _, err = sealed("seal")
    assert (code, "contradicts its checkpoint" in err) == (1, True)


def test_a_frozen_packet_is_sealed_at_once(sealed: Any) -> None:
    fact = json.dumps([{"position": 1, "shows": "it changed"}])
    code, _, err = sealed(TRIGGER, "--rule-digest", "sha256:" + "0" * 64, "--facts", fact)
    assert code == 0, err
    sealed.done("review freeze R1")
    packet = event(sealed, "ReviewPacketFrozen")
    assert "proves event" in sealed.done("audit prove", packet, "--to", "/dev/null")


def test_a_packet_is_frozen_though_it_cannot_be_sealed(sealed: Any, tmp_path: Path) -> None:
    fact = json.dumps([{"position": 1, "shows": "it changed"}])
    sealed(TRIGGER, "--rule-digest", "sha256:" + "0" * 64, "--facts", fact)
    for path in (tmp_path / "home" / "keys" / "testburg").iterdir():
        path.unlink()
    code, _, err = sealed("review freeze R1")
    assert (code, "Not sealed" in err) == (0, False)
    assert event(sealed, "ReviewPacketFrozen")
