"""`cot review packet` and `cot review record` write what they are asked for, or say why not."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

TRIGGER = (
    "record trigger-review --review R1 --review-type R6 --about unit:HR --title Nothing --due-on "
    "2099-01-01 --policy by-hand --rule by-hand --cause-key one --as-of-position 1 "
    "--as-of-date 2026-01-01"
)


@pytest.fixture
def frozen(testburg: Any) -> Any:
    """A district with one review whose packet is frozen."""
    fact = json.dumps([{"position": 1, "shows": "it changed"}])
    digest = "sha256:" + "0" * 64
    code, _, err = testburg(TRIGGER, "--rule-digest", digest, "--facts", fact)
    assert code == 0, err
    testburg.done("review freeze R1")
    return testburg


def test_a_packet_is_printed_as_json_with_the_digest_that_was_recorded(frozen: Any) -> None:
    printed = frozen.done("review packet R1")
    digest = frozen.json("events --limit 100")["rows"][-1]["data"]["digest"]
    assert f"sha256:{sha256(printed.rstrip().encode()).hexdigest()}" == digest


@pytest.mark.parametrize("ending", ["pdf", "html", "json"])
def test_a_packet_is_written_as_the_files_ending_says(
    frozen: Any, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"packet.{ending}"
    said = frozen.done(f"review packet R1 --out {file}")
    assert "verified: sha256:" in said
    begins = {"pdf": b"%PDF", "html": b"<!doctype html>", "json": b'{"'}[ending]
    assert file.read_bytes().lstrip().startswith(begins)


def test_what_cannot_be_made_is_told(frozen: Any, tmp_path: Path) -> None:
    for words, code, says in (
        (f"review packet R1 --out {tmp_path}/packet.docx", 64, ".pdf, .html or .json"),
        (f"review packet R1 --out {tmp_path}/nowhere/packet.json", 64, "cannot be written"),
        (f"review record R1 --out {tmp_path}/record.pdf", 66, "decided nothing yet"),
        ("review packet R9", 66, "names 0 reviews"),
    ):
        ended, _, err = frozen(words)
        assert ended == code
        assert says in " ".join(err.split())
    assert list(tmp_path.glob("*.docx")) == []


def test_a_record_is_written_after_a_decision(frozen: Any, tmp_path: Path) -> None:
    frozen.done("record hold-review --review R1 --present s-1")
    frozen.done("record record-decision --review R1 --decision change --title Go --insufficient")
    for ending in ("pdf", "html", "json"):
        file = tmp_path / f"record.{ending}"
        frozen.done(f"review record R1 --out {file}")
        assert file.stat().st_size > 500
