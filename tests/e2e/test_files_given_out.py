"""Files that commands give out: never lost to a name given twice, and refused in a line."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_command_line import ACTIVITY
from tests.e2e.test_sealing import event, vkey


@pytest.fixture
def sealed(testburg: Any) -> Any:
    """A district with a key, an activity and a checkpoint."""
    testburg.done("keys create")
    testburg.done(ACTIVITY)
    testburg.done("seal")
    return testburg


def commands(sealed: Any, tmp_path: Path) -> dict[str, str]:
    """Return each command that writes a file named at its end, after it was prepared."""
    folder = f"--folder {tmp_path / 'county'}"
    sealed.done(f"witness create county.example/w1 {folder}")
    sealed.done(f"witness trust {vkey(sealed.done('keys list'))} {folder}")
    sealed.done(f"witness request {tmp_path / 'asked'}")
    return {
        "checkpoint": "audit checkpoint",
        "vkeys": "keys export",
        "proof": f"audit prove {event(sealed, 'ActivityPlanned')} --to",
        "request": "witness request",
        "answer": f"witness cosign {tmp_path / 'asked'} {folder} --to",
    }


def test_a_place_that_cannot_be_written_is_refused_in_a_line(sealed: Any, tmp_path: Path) -> None:
    for words in commands(sealed, tmp_path).values():
        for place in (tmp_path / "none" / "x", tmp_path, tmp_path / ("x" * 300)):
            code, _, err = sealed(f"{words} {place}")
            assert (code, "cannot be written" in err) == (64, True), (words, err)
            assert "Traceback" not in err


def test_a_file_that_is_there_is_replaced_only_by_force(sealed: Any, tmp_path: Path) -> None:
    for name, words in commands(sealed, tmp_path).items():
        file = tmp_path / name
        file.write_text("kept")
        code, _, err = sealed(f"{words} {file}")
        assert (code, "--force" in err) == (64, True), (words, err)
        assert file.read_text() == "kept"
        # For the witness too: a refusal must not have moved its memory.
        sealed.done(f"{words} {file} --force")
        assert file.read_text() != "kept"


@pytest.mark.parametrize("option", ["--key", "--witness"])
def test_a_vkey_that_is_none_is_a_fault_of_the_command_line(
    sealed: Any, tmp_path: Path, option: str
) -> None:
    file = tmp_path / "proof"
    sealed.done(f"audit prove {event(sealed, 'ActivityPlanned')} --to {file}")
    code, _, err = sealed(f"audit check {file} {option} bad")
    assert (code, f"{option}: 'bad' is no vkey" in err) == (64, True), err


def test_a_checkpoint_is_no_proof_to_check(sealed: Any, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    sealed.done(f"audit checkpoint {file}")
    code, _, err = sealed(f"audit check {file}")
    assert (code, "cot audit compare" in err) == (64, True), err
