"""The command line in this process, on the test's own database."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cot_flows.cli.main import outcome

INIT = (
    "init testburg --name Testburg --steward s-1 --steward-name Ann --time-zone UTC "
    "--units HR --units IT"
)


class Cot:
    """Runs `cot` commands and keeps what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, words: str, *more: str) -> tuple[int, str, str]:
        """Run a command; return exit code, answers and remarks, white space folded."""
        code = outcome([*words.split(), *more])
        told = self._capsys.readouterr()
        return code, " ".join(told.out.split()), " ".join(told.err.split())

    def json(self, words: str, *more: str) -> Any:
        """Run a command with --json and return what it prints."""
        code = outcome([*words.split(), *more, "--json"])
        told = self._capsys.readouterr()
        assert code in (0, 1, 65), told.err
        return json.loads(told.out)

    def done(self, words: str, *more: str) -> str:
        """Run a command that must succeed."""
        code, out, err = self(words, *more)
        assert code == 0, (out, err)
        return out


@pytest.fixture
def cot(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Any]:
    """Return the command line, set to the test's database."""
    monkeypatch.setenv("COT_DATABASE_URL", database_url)
    monkeypatch.setenv("COT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return Cot(capsys)


@pytest.fixture
def testburg(cot: Cot, monkeypatch: pytest.MonkeyPatch) -> Cot:
    """Set a district up; its steward acts."""
    cot.done(INIT)
    monkeypatch.setenv("COT_ACTOR", "s-1")
    return cot
