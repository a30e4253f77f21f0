"""`cot audit bundle` as people use it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_command_line import ACTIVITY
from tests.e2e.test_sealing import vkey
from tests.support.bundles import by_node, by_python


@pytest.fixture
def sealed(testburg: Any) -> Any:
    """A district with a key, an activity and a checkpoint."""
    testburg.done("keys create --origin example.org/testburg")
    testburg.done(ACTIVITY)
    testburg.done("seal")
    return testburg


def test_without_a_key_or_a_seal_the_command_says_what_to_do(testburg: Any, tmp_path: Path) -> None:
    place = tmp_path / "b"
    code, _, err = testburg("audit bundle", str(place))
    assert (code, "cot keys create" in err, "cot seal" in err) == (64, True, True)
    testburg.done("keys create")
    code, _, err = testburg("audit bundle", str(place))
    assert (code, "cot seal" in err) == (66, True)
    assert not place.exists()


def test_an_auditor_takes_a_bundle_away_and_checks_it(sealed: Any, tmp_path: Path) -> None:
    place = tmp_path / "records"
    told = sealed.done("audit bundle", str(place))
    assert "not that it was true" in told
    assert "personal values are in it" in told
    key = vkey(sealed.done("keys export"))
    for run in (by_python, by_node):
        code, answer = run(place, "--key", key)
        assert (code, f"Signed by {key}" in answer) == (0, True)
    assert "wrong entry is sealed" in (place / "README.md").read_text()
    code, _, err = sealed("audit bundle", str(place))
    assert (code, "--force" in err) == (64, True)
    answer = sealed.json("audit bundle", str(place), "--force")
    assert answer["size"] == sealed.json("seal")["size"]
    assert answer["values"] > 0


def test_personal_values_stay_at_home_when_asked(sealed: Any, tmp_path: Path) -> None:
    place = tmp_path / "redacted.zip"
    code, _, err = sealed("audit bundle --redacted", str(place))
    assert (code, "--reason" in err) == (64, True)
    answer = sealed.json("audit bundle --redacted --reason", "s. 19.36(1)", str(place))
    assert (answer["values"], answer["values_left_out"] > 0) == (0, True)
    other = tmp_path / "public"
    answer = sealed.json("audit bundle --only public --reason", "s. 19.36(1)", str(other))
    assert answer["events_left_out"] > 0
    told = json.loads((other / "withheld.json").read_text())
    assert (told["classes_told"], told["reason"]) == (["public"], "s. 19.36(1)")


def test_restricted_events_are_given_only_to_who_may_read_them_and_that_is_recorded(
    sealed: Any, tmp_path: Path
) -> None:
    for person, role in (("a-1", "auditor"), ("h-1", "head")):
        sealed.done(f"record register-actor --actor {person} --role {role}")
    event = sealed.json("events --limit 500")["rows"][-1]["event_id"]
    sealed.done(
        f"record raise-classification --event {event} --classification personnel --reason grievance"
    )
    sealed.done("seal")
    bundle, proof = tmp_path / "b", tmp_path / "one.tlog-proof"
    for given, file in (
        (("audit bundle", str(bundle)), bundle),
        (("audit prove", event, "--to", str(proof)), proof),
    ):
        for more in ((), ("--by", "a-1"), ("--by", "a-1", "--purpose", " ")):
            code, _, err = sealed(*given, *more)
            assert (code, "--purpose" in err) == (64, True), err
        code, _, err = sealed(*given, "--by", "h-1", "--purpose", "curious")
        assert (code != 0, "may not read" in err) == (True, True), err
        assert not file.exists()
        before = _accesses(sealed)
        sealed.done(*given, "--by", "a-1", "--purpose", "annual audit")
        assert file.exists()
        assert _accesses(sealed) == [*before, ("a-1", "annual audit", [event])]
    other = tmp_path / "open"
    only = ("audit bundle --only public --only internal --reason", "s. 19.36(1)")
    assert sealed.json(*only, str(other))["events_left_out"] == 1


def _accesses(cot: Any) -> list[tuple[str, str, list[str]]]:
    """Who read which restricted events, and why, in order."""
    return [
        (row["actor"], row["reason"], [each["event_id"] for each in row["data"]["items"]])
        for row in cot.json("events --limit 500")["rows"]
        if row["type"] == "RecordsAccessed"
    ]


def test_a_simulated_log_says_so_everywhere(cot: Any, tmp_path: Path) -> None:
    cot.done(
        "init sim --name Sim --steward s-1 --time-zone UTC --units HR --clock simulated "
        "--begins-at 2025-08-01T00:00:00+00:00"
    )
    cot.done("keys create --by s-1")
    cot.done("seal")
    place = tmp_path / "sim"
    assert "simulated clock" in cot.done("audit bundle", str(place))
    assert "simulated clock" in (place / "README.md").read_text()
    key = vkey(cot.done("keys export"))
    for run in (by_python, by_node):
        code, answer = run(place, "--key", key)
        assert (code, "simulated clock" in answer) == (0, True)
