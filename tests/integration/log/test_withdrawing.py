"""In the database a personal value leaves by one function, one role, and the log's own word."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors

from cot_flows.bootstrap.backup import restore_backup, write_backup
from events.errors import AppendRefused, ValuesHeld
from events.postgres import PostgresStore
from events.statements import statement
from events.verify import verify_log
from tests.contract.test_withdrawals import placed, withdrawal
from tests.integration.log.conftest import DISTRICT, Connecting
from tests.support.databases import fresh_database
from tests.support.log import BEGINS, event_id, lending, noted, plain_codec, session, write

LATER = BEGINS + timedelta(days=1)
NOTE = "data.note"
DELETE: LiteralString = (
    "DELETE FROM cot_log.event_personal WHERE position = 3 AND field = 'data.note'"
)


@pytest.fixture
def withdrawing(filled: PostgresStore, connect: Connecting) -> PostgresStore:
    """The filled store, able to withdraw."""
    assert filled.head(DISTRICT).position == 6
    return PostgresStore(
        lending(connect("cot_append")), plain_codec(), lending(connect("cot_redactor"))
    )


def withdraw(store: PostgresStore, *fields: str) -> None:
    """Withdraw fields of the note at position 3."""
    new = withdrawal("w", event_id("c"), *(fields or (NOTE,)))
    store.append(DISTRICT, [write(new, stream="redaction-RD-1")], recorded_at=LATER)


def findings(store: PostgresStore, connect: Connecting) -> set[tuple[str, int]]:
    """What the checker finds: check and position."""
    found = verify_log(connect("cot_append"), plain_codec(), store.head(DISTRICT))
    return {(each.check, each.position) for each in found}


def test_after_a_withdrawal_the_checker_finds_nothing_and_no_copy_is_left(
    withdrawing: PostgresStore, connect: Connecting
) -> None:
    withdraw(withdrawing)
    assert findings(withdrawing, connect) == set()
    rows = connect(None).execute("SELECT field FROM cot_log.event_personal WHERE position = 3")
    assert rows.fetchall() == [("reason",)]


@pytest.mark.parametrize("role", [None, "cot_owner"])
def test_even_the_owner_removes_nothing_that_the_log_does_not_withdraw(
    withdrawing: PostgresStore, connect: Connecting, role: str | None
) -> None:
    withdraw(withdrawing, "reason")
    connection = connect(role)
    with pytest.raises(errors.RestrictViolation, match=r"no event of the log withdraws data\.note"):
        connection.execute(DELETE)
    if role is None:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(errors.RestrictViolation):
            connection.execute(DELETE)


@pytest.mark.parametrize("role", ["cot_append", "cot_project", "cot_reader", "cot_redactor"])
@pytest.mark.usefixtures("filled")
def test_no_role_removes_values_by_itself(connect: Connecting, role: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        connect(role).execute(DELETE)


@pytest.mark.usefixtures("filled")
def test_the_role_that_withdraws_reads_nothing_and_appends_nothing(connect: Connecting) -> None:
    redactor = connect("cot_redactor")
    for relation in ("event", "event_personal", "readable_event", "log"):
        with pytest.raises(errors.InsufficientPrivilege):
            redactor.execute(
                psycopg.sql.SQL("SELECT * FROM cot_log.{}").format(psycopg.sql.Identifier(relation))
            )
    theirs = PostgresStore(lending(redactor), plain_codec())
    with pytest.raises(errors.InsufficientPrivilege):
        theirs.append(DISTRICT, [write(noted("z"))], recorded_at=LATER)


def test_only_that_role_withdraws(filled: PostgresStore, connect: Connecting) -> None:
    for role in ("cot_append", "cot_project", "cot_reader"):
        theirs = PostgresStore(
            lending(connect("cot_append")), plain_codec(), lending(connect(role))
        )
        with pytest.raises(errors.InsufficientPrivilege):
            withdraw(theirs)
    with pytest.raises(AppendRefused, match="cot_redactor"):
        withdraw(filled)
    assert filled.head(DISTRICT).position == 6


def test_a_withdrawal_that_is_rolled_back_leaves_value_and_log_as_they_were(
    withdrawing: PostgresStore, connect: Connecting
) -> None:
    connection = connect("cot_redactor")
    with connection.transaction(force_rollback=True):
        withdraw(PostgresStore(lending(connect("cot_append")), plain_codec(), lending(connection)))
    assert withdrawing.head(DISTRICT).position == 6
    assert findings(withdrawing, connect) == set()
    assert withdrawing.read_log(DISTRICT, after=2, limit=1)[0].withheld == frozenset()


def test_an_append_that_says_withdrawn_and_leaves_the_value_is_found(
    filled: PostgresStore, connect: Connecting
) -> None:
    """A program that calls the plain append function with a withdrawing event."""
    new = withdrawal("w", event_id("c"), NOTE)
    encoded = plain_codec().encode(new)
    connect("cot_append").execute(
        statement("read/append_one"),
        {
            "district": DISTRICT,
            "stream": "redaction-RD-1",
            "expected": 0,
            "id": new.event_id,
            "content": encoded.content,
            "personal": None,
            "at": LATER,
        },
    )
    assert findings(filled, connect) == {("withdrawals", 3)}


def test_a_value_that_somebody_took_without_a_word_is_found(
    withdrawing: PostgresStore, connect: Connecting
) -> None:
    withdraw(withdrawing, "reason")
    superuser = connect(None)
    superuser.execute("ALTER TABLE cot_log.event_personal DISABLE TRIGGER ALL")
    superuser.execute(DELETE)
    assert findings(withdrawing, connect) == {("withdrawals", 3)}


def without_the_holds(url: str) -> None:
    """Replace the withdrawing function by its broken twin that asks for no hold."""
    sound = statement("functions/withdraw")
    broken = sound.replace(b"WHERE h.hold IS NOT NULL OR p.position IS NULL", b"WHERE false")
    assert broken != sound
    broken = broken.replace(b"CREATE FUNCTION", b"CREATE OR REPLACE FUNCTION", 1)
    with session(url, "cot_owner") as connection:
        connection.execute(broken)


@pytest.mark.parametrize(
    ("breaking", "refusal"),
    [(lambda _: None, ValuesHeld), (without_the_holds, errors.RestrictViolation)],
    ids=["the function", "the trigger, when the function forgets"],
)
def test_a_hold_is_kept_by_the_function_and_by_the_trigger_below_it(
    withdrawing: PostgresStore,
    connect: Connecting,
    database_url: str,
    breaking: Callable[[str], None],
    refusal: type[Exception],
) -> None:
    hold = write(placed("LH", streams=("s-2",)), stream="holds")
    withdrawing.append(DISTRICT, [hold], recorded_at=LATER)
    breaking(database_url)
    with pytest.raises(refusal):
        withdraw(withdrawing)
    assert withdrawing.head(DISTRICT).position == 7
    assert findings(withdrawing, connect) == set()


def test_a_backup_and_its_restore_keep_a_withdrawal(
    withdrawing: PostgresStore, database_url: str, server_url: str, tmp_path: Path
) -> None:
    withdraw(withdrawing)
    file = tmp_path / "b.zip"
    write_backup(database_url, file, made_at=datetime(2026, 1, 1, tzinfo=UTC), told=lambda _: None)
    with fresh_database(server_url) as other:
        restore_backup(other, file, plain_codec(), told=lambda _: None)
        with session(other, "cot_append") as connection:
            restored = PostgresStore(lending(connection), plain_codec())
            kept = withdrawing.read_log(DISTRICT, after=0, limit=10)
            assert restored.read_log(DISTRICT, after=0, limit=10) == kept
            assert kept[2].withheld == {NOTE}
