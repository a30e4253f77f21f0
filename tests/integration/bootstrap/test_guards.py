"""Guards of the log that somebody switched off are seen, and switched on again when asked."""

import psycopg
import pytest
from psycopg import sql

from cot_flows.bootstrap.database import restore_guards

TABLES = ("event", "event_subject", "event_personal", "log")


def test_guards_that_are_on_are_left_alone(database_url: str) -> None:
    assert restore_guards(database_url) == []


@pytest.mark.parametrize("how", ["ALTER TABLE cot_log.{} DISABLE TRIGGER USER", "DROP"])
def test_guards_that_are_off_or_gone_are_told_and_refuse_changes_again(
    database_url: str, how: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        for table in TABLES:
            if how == "DROP":
                name = "log_forward_only" if table == "log" else f"{table}_append_only"
                drop = sql.SQL("DROP TRIGGER {} ON cot_log.{}")
                connection.execute(drop.format(sql.Identifier(name), sql.Identifier(table)))
            else:
                off = sql.SQL("ALTER TABLE cot_log.{} DISABLE TRIGGER USER")
                connection.execute(off.format(sql.Identifier(table)))
        assert len(restore_guards(database_url)) >= len(TABLES)
        assert restore_guards(database_url) == []
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("TRUNCATE cot_log.event")
