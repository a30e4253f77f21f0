"""The schema is made once however often and by however many it is asked for, and is checked."""

from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE, Popen
from sys import executable
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cot_flows.bootstrap.database import DatabaseVersion, require_ready, set_up
from cot_flows.errors import DatabaseNotReady, DatabaseUnavailable
from events.errors import SchemaMismatch
from events.postgres import PostgresStore
from events.schema import LOG_MIGRATIONS
from projections.schema import PROJECTION_MIGRATIONS
from tests.support.log import lending, plain_codec, session, started, write

SET_UP = "import sys; from cot_flows.bootstrap.database import set_up; print(set_up(sys.argv[1]))"
NEWEST = DatabaseVersion(LOG_MIGRATIONS.newest(), PROJECTION_MIGRATIONS.newest())


@pytest.fixture
def empty_url(server_url: str) -> str:
    """The URL of a database that does not exist yet. The server goes with the session."""
    return make_conninfo(server_url, dbname=f"empty_{uuid4().hex[:10]}")


def objects(url: str) -> list[tuple[object, ...]]:
    """Everything that the schemas hold, with what it is made of."""
    with session(url) as connection:
        return connection.execute(
            "SELECT c.oid::regclass::text, c.relkind::text, c.relfilenode::text FROM pg_class c "
            "WHERE c.relnamespace::regnamespace::text LIKE 'cot%' UNION ALL "
            "SELECT p.oid::regprocedure::text, 'function', NULL FROM pg_proc p "
            "WHERE p.pronamespace::regnamespace::text LIKE 'cot%' ORDER BY 1, 2"
        ).fetchall()


def test_setting_up_twice_changes_nothing_and_keeps_the_log(empty_url: str) -> None:
    assert set_up(empty_url) == NEWEST
    with session(empty_url, "cot_append") as connection:
        store = PostgresStore(lending(connection), plain_codec())
        store.create_log("bay", clock="server", time_zone="UTC")
        store.append("bay", [write(started("a"))])
    before = objects(empty_url)
    assert len(before) > 20
    assert set_up(empty_url) == NEWEST
    assert objects(empty_url) == before
    with session(empty_url, "cot_append") as connection:
        assert PostgresStore(lending(connection), plain_codec()).head("bay").position == 1


def test_two_processes_set_one_database_up_at_once(empty_url: str) -> None:
    processes = [
        Popen([executable, "-c", SET_UP, empty_url], stdout=PIPE, stderr=PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    assert [out.strip() for out, _ in told] == [str(NEWEST)] * 2
    require_ready(empty_url)


def test_several_threads_set_several_databases_up_at_once(server_url: str) -> None:
    urls = [make_conninfo(server_url, dbname=f"many_{uuid4().hex[:10]}") for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(set_up, urls)) == [NEWEST] * 3


@pytest.mark.parametrize("schema", ["cot_log", "cot_projection"])
def test_a_database_newer_than_the_program_is_refused_and_left_alone(
    database_url: str, schema: str
) -> None:
    change = psycopg.sql.SQL("UPDATE {}.schema_version SET version_num = '9999'")
    with session(database_url) as connection:
        connection.execute(change.format(psycopg.sql.Identifier(schema)))
    before = objects(database_url)
    with pytest.raises(SchemaMismatch, match=r"9999.*update the program"):
        set_up(database_url)
    assert objects(database_url) == before
    with pytest.raises(DatabaseNotReady, match="update the program"):
        require_ready(database_url)


def test_an_older_database_is_refused_at_start_and_told_how_to_bring_it_up(
    database_url: str,
) -> None:
    with session(database_url) as connection:
        connection.execute("UPDATE cot_log.schema_version SET version_num = '0000'")
    with pytest.raises(DatabaseNotReady, match="cot db init"):
        require_ready(database_url)


def test_a_database_that_is_set_up_is_ready(database_url: str) -> None:
    require_ready(database_url)


def test_a_database_that_was_never_set_up_is_not_ready(server_url: str) -> None:
    with pytest.raises((DatabaseNotReady, DatabaseUnavailable)) as refused:
        require_ready(make_conninfo(server_url, dbname="postgres"))
    assert "cot db init" in str(refused.value)


def test_a_server_that_is_not_there_is_told_as_such() -> None:
    with pytest.raises(DatabaseUnavailable):
        set_up("postgresql://nobody@127.0.0.1:1/cot?connect_timeout=2")
    with pytest.raises(DatabaseUnavailable):
        require_ready("postgresql://nobody@127.0.0.1:1/cot?connect_timeout=2")


def test_a_set_up_that_breaks_off_leaves_nothing_half_made(empty_url: str) -> None:
    """A relation of a migration's that is in the way: the transaction as a whole is undone."""
    server = make_conninfo(empty_url, dbname="postgres")
    name = str(psycopg.conninfo.conninfo_to_dict(empty_url)["dbname"])
    with session(server) as connection:
        connection.execute(
            psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
        )
    with session(empty_url) as connection:
        connection.execute("CREATE SCHEMA cot_log AUTHORIZATION cot_owner")
        connection.execute("CREATE TABLE cot_log.checkpoint (x int)")
    with pytest.raises(psycopg.errors.DuplicateTable):
        set_up(empty_url)
    made = [row[0] for row in objects(empty_url)]
    assert made == ["cot_log.checkpoint"]
    with session(empty_url) as connection:
        connection.execute("DROP TABLE cot_log.checkpoint")
    assert set_up(empty_url) == NEWEST
