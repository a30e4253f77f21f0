"""What goes wrong around the database ends in a line or two: what, where, what to do."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.support.logins import PlainLogin, let_become, plain_login, url_of

NOISE = ("Traceback", "Background on this error", "sqlalche.me", "pydantic", "psycopg", "failed:")
MOST = 420
"""Signs of a message, together with the name before it."""

Ended = tuple[int, str, str]


@pytest.fixture(scope="module")
def login(server_url: str) -> Iterator[PlainLogin]:
    """Return a login without any right, for these tests."""
    with plain_login(server_url) as made:
        yield made


def plain(ended: Ended, code: int, *says: str) -> None:
    """Check how a command ended."""
    found, out, err = ended
    assert found == code, (out, err)
    for words in says:
        assert words in err, err
    assert not [noise for noise in NOISE if noise in out + err], out + err
    assert len(err) <= MOST, err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("COT_PREFECT_PORT", "abc", "COT_PREFECT_PORT is 'abc' and must be a port number"),
        ("COT_PREFECT_PORT", "70000", "COT_PREFECT_PORT is '70000' and must be a port number"),
        ("COT_STATEMENT_TIMEOUT_SECONDS", "0", "must be a whole number of seconds"),
        ("COT_STATEMENT_TIMEOUT_SECONDS", "1.5", "must be a whole number of seconds"),
        ("COT_DATABASE_URL", "host=h password", "COT_DATABASE_URL is no database URL"),
        ("COT_PREFECT_DATABASE_URL", "sqlite:///x", "COT_PREFECT_DATABASE_URL is no database URL"),
    ],
)
@pytest.mark.parametrize("words", ["units", "db init", "doctor", "up", "demo"])
def test_a_setting_that_cannot_be_used_is_named(
    cot: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    plain(cot(words), 64, says)


def test_a_setting_that_is_set_to_nothing_counts_as_not_set(
    cot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COT_PREFECT_PORT", "COT_ADMIN_URL", "COT_DISTRICT"):
        monkeypatch.setenv(name, "")
    plain(cot("units"), 66, "there is no district yet")


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--closed 1999-12-24", "leave out the closed day 1999-12-24"),
        ("--state XX", "'XX' is no state or territory"),
        ("--units NOPE", "NOPE"),
    ],
)
def test_a_plan_with_a_fault_is_refused_plainly_and_leaves_nothing(
    cot: Any, option: str, says: str
) -> None:
    plain(cot(f"init testburg --name Testburg --steward s-1 {option}"), 65, says)
    plain(cot("units"), 66, "there is no district yet")


def unreachable(url: str) -> str:
    return url_of(url, user="app", password="secret", database="cot").replace(
        f":{psycopg.conninfo.conninfo_to_dict(url)['port']}/", ":1/"
    )


def wrong_password(url: str) -> str:
    return url_of(url, user="postgres", password="wrong", database="postgres")


def missing_database(url: str) -> str:
    return make_conninfo(url, dbname="never_made")


def not_set_up(url: str) -> str:
    return make_conninfo(url, dbname="postgres")


@pytest.mark.parametrize("words", ["units", "init a --name A --steward s-1", "verify"])
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (unreachable, ("at 127.0.0.1, port 1", "see that the server runs")),
        (wrong_password, ("password authentication failed", "in the URL is wrong")),
        (missing_database, ('"never_made" does not exist', "cot db init")),
        (not_set_up, ("cot db init",)),
    ],
)
def test_a_server_that_cannot_be_used_is_told_plainly(
    cot: Any,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    wrong: Callable[[str], str],
    says: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.setenv("COT_DATABASE_URL", wrong(database_url))
    plain(cot(words), 69, *says)


@pytest.mark.parametrize("wrong", [unreachable, wrong_password])
def test_an_administrators_url_that_cannot_be_used_is_told_plainly(
    cot: Any, database_url: str, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[str], str]
) -> None:
    monkeypatch.setenv("COT_ADMIN_URL", wrong(database_url))
    plain(cot("db init"), 69, "at 127.0.0.1, port", "What to do:")


@pytest.mark.parametrize("words", ["units", "db init", "verify"])
def test_a_database_of_a_newer_program_is_left_alone_and_said(
    cot: Any, database_url: str, words: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as superuser:
        superuser.execute("UPDATE cot_log.schema_version SET version_num = '9999'")
    plain(cot(words), 69, "schema cot_log has version 9999", "update the program")


def test_a_database_of_an_older_program_asks_for_db_init(cot: Any, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as superuser:
        superuser.execute("UPDATE cot_projection.schema_version SET version_num = '0000'")
    plain(cot("units"), 69, "has version 0000", "cot db init")


@pytest.mark.parametrize("words", ["db analyst analyst_mary", "db init"])
def test_a_login_that_may_not_create_roles_is_told_of_the_administrators_url(
    cot: Any,
    login: PlainLogin,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
) -> None:
    database = str(psycopg.conninfo.conninfo_to_dict(database_url)["dbname"])
    let_become(database_url, login.user, "cot_append", "cot_project", "cot_reader")
    given = url_of(database_url, user=login.user, password=login.password, database=database)
    monkeypatch.setenv("COT_DATABASE_URL", given)
    if words == "db init":
        with psycopg.connect(database_url, autocommit=True) as superuser:
            superuser.execute("DROP SCHEMA cot_read CASCADE")
    plain(cot(words), 69, login.user, "permission denied", "COT_ADMIN_URL")


def test_the_doctor_tells_it_as_an_observation(
    cot: Any, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COT_DATABASE_URL", unreachable(database_url))
    code, out, _ = cot("doctor")
    assert code == 1
    assert "wrong database: the database server at 127.0.0.1, port 1" in out
