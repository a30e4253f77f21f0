"""A backup read back says what it does not know."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.databases import fresh_database


def test_a_restore_says_where_each_log_stands_and_what_is_not_in_it(
    testburg: Any, server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "older.zip"
    last = max(int(row["position"]) for row in testburg.json("events")["rows"])
    testburg.done(f"backup {file}")
    testburg.done("record register-actor --actor s-9 --role analyst")
    with fresh_database(server_url) as other:
        monkeypatch.setenv("COT_DATABASE_URL", other)
        told = testburg.done(f"restore {file}")
    stands = rf"testburg stands as of position {last}, recorded \d{{4}}-\d\d-\d\d \d\d:\d\d UTC\."
    assert re.search(stands, told), told
    assert "Withdrawals recorded after that are not in the backup" in told
    assert "`cot redact`" in told
    assert "`cot audit compare KEPT NOW`" in told


def test_a_restore_of_no_log_has_nothing_to_tell(
    cot: Any, server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "empty.zip"
    cot.done(f"backup {file}")
    with fresh_database(server_url) as other:
        monkeypatch.setenv("COT_DATABASE_URL", other)
        told = cot.done(f"restore {file}")
    assert told == "Restored and checked: no district."
