"""The product on a server of the district's own: an administrator sets up, a plain login works."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.e2e.conftest import INIT
from tests.support.files import rows, write_csv
from tests.support.logins import let_become, plain_login

SEPARATE = "may become cot_append, cot_project, cot_reader and cot_seal, and not cot_owner"


def test_a_plain_login_does_all_the_work_and_cannot_become_the_owner(
    cot: Any, server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with plain_login(server_url) as login:
        monkeypatch.setenv("COT_DATABASE_URL", login.url)
        monkeypatch.setenv("COT_ADMIN_URL", login.admin_url)
        assert "The database is set up" in cot.done("db init")
        monkeypatch.delenv("COT_ADMIN_URL")
        monkeypatch.setenv("COT_ACTOR", "s-1")
        cot.done(INIT)
        file = write_csv(tmp_path / "good.csv", rows(3, district="Testburg"))
        assert cot.json(f"import activities {file}")["recorded"] == 3
        assert {row["unit"] for row in cot.json("units")["rows"]} >= {"HR", "IT"}
        assert cot.json("verify")["findings"] == []
        assert cot.json("rebuild unit_progress")["switched"] is True
        assert SEPARATE in cot.done("doctor")
        with (
            psycopg.connect(login.url, autocommit=True) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="cot_owner"),
        ):
            connection.execute("SET ROLE cot_owner")
        let_become(login.admin_url, login.user, "cot_owner")
        code, told, _ = cot("doctor")
        assert code == 1
        assert f"{login.user} may become cot_owner" in told
        assert f"REVOKE cot_owner FROM {login.user}" in told
        assert SEPARATE not in told


def test_the_administrators_login_as_the_programs_own_is_noted(cot: Any) -> None:
    told = cot.done("doctor")
    assert "logs in as a superuser" in told
    assert SEPARATE not in told
