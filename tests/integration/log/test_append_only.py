"""Nobody changes what is recorded, and each role can do its own work and no more."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors

from events.follow import PostgresCheckpoints
from events.postgres import PostgresStore
from tests.integration.log.conftest import DISTRICT, Connecting
from tests.support.databases import fresh_database
from tests.support.log import lending, plain_codec, started, write

ROLES = ("cot_owner", "cot_append", "cot_project", "cot_reader", "cot_seal", "cot_analyst")

CHANGES: tuple[LiteralString, ...] = (
    "UPDATE cot_log.event SET stream = 'other' WHERE position = 1",
    "UPDATE cot_log.event SET stream = stream WHERE false",
    "DELETE FROM cot_log.event WHERE position = 6",
    "TRUNCATE cot_log.event CASCADE",
    "UPDATE cot_log.event_subject SET subject = 'unit:X'",
    "DELETE FROM cot_log.event_subject",
    "TRUNCATE cot_log.event_subject",
    "UPDATE cot_log.event_personal SET value = 'another'",
    "DELETE FROM cot_log.event_personal",
    "TRUNCATE cot_log.event_personal",
    "UPDATE cot_log.tree_node SET hash = sha256('')",
    "DELETE FROM cot_log.tree_node",
    "TRUNCATE cot_log.tree_node",
    "DELETE FROM cot_log.log",
    "TRUNCATE cot_log.log CASCADE",
    "UPDATE cot_log.log SET head_position = head_position - 1",
    "UPDATE cot_log.log SET head_recorded_at = head_recorded_at - interval '1 second'",
    "UPDATE cot_log.log SET district = 'other'",
    "UPDATE cot_log.log SET clock = 'server'",
    "UPDATE cot_log.log SET time_zone = 'UTC'",
    "UPDATE cot_log.log SET created_at = now()",
    "INSERT INTO cot_log.event SELECT * FROM cot_log.event WHERE position = 1 ON CONFLICT (district, position) DO UPDATE SET stream = 'x'",
    "MERGE INTO cot_log.event e USING (SELECT 1) AS x ON e.position = 1 WHEN MATCHED THEN DELETE",
)


@pytest.fixture(scope="module")
def database_url(server_url: str) -> Iterator[str]:
    """One database for these tests: none of them changes what is recorded."""
    with fresh_database(server_url) as url:
        yield url


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_and_the_superuser_are_refused_in_every_mode(
    connect: Connecting, change: LiteralString
) -> None:
    superuser, owner = connect(None), connect("cot_owner")
    for connection in (superuser, owner):
        with pytest.raises(errors.RestrictViolation):
            connection.execute(change)
    superuser.execute("SET session_replication_role = replica")
    with pytest.raises(errors.RestrictViolation):
        superuser.execute(change)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("role", ROLES[1:])
def test_no_other_role_may_even_try(connect: Connecting, role: str) -> None:
    connection = connect(role)
    for change in CHANGES:
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(change)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("role", ROLES[1:])
def test_no_role_inserts_into_the_log_without_the_append_function(
    connect: Connecting, role: str
) -> None:
    connection = connect(role)
    inserts: tuple[LiteralString, ...] = (
        "INSERT INTO cot_log.event SELECT * FROM cot_log.event",
        "INSERT INTO cot_log.event_subject VALUES ('marrow-bay', 'unit:X', 1)",
        "INSERT INTO cot_log.event_personal VALUES ('marrow-bay', 1, 'x', '', '')",
        "INSERT INTO cot_log.tree_node VALUES ('marrow-bay', 1, 0, sha256(''))",
        "INSERT INTO cot_log.log VALUES ('other', 'server', 'UTC', 0, now(), now())",
        "CREATE TABLE cot_log.mine (x int)",
        "DROP TABLE cot_log.event CASCADE",
        "ALTER TABLE cot_log.event DISABLE TRIGGER ALL",
        "CREATE OR REPLACE FUNCTION cot_log.refuse_change() RETURNS trigger LANGUAGE sql AS ''",
        "DROP FUNCTION cot_log.leaf_hash",
    )
    for insert in inserts:
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(insert)


@pytest.mark.parametrize("role", ["cot_project", "cot_reader"])
def test_only_the_appending_role_appends(
    filled: PostgresStore, connect: Connecting, role: str
) -> None:
    head = filled.head(DISTRICT)
    theirs = PostgresStore(lending(connect(role)), plain_codec())
    assert theirs.head(DISTRICT) == head
    with pytest.raises(errors.InsufficientPrivilege):
        theirs.append(DISTRICT, [write(started("z"))], recorded_at=head.recorded_at)
    with pytest.raises(errors.InsufficientPrivilege):
        theirs.create_log("other", clock="server", time_zone="UTC")
    assert filled.head(DISTRICT) == head


def test_readers_read_all_and_projectors_no_personal_value(
    filled: PostgresStore, connect: Connecting
) -> None:
    reader = PostgresStore(lending(connect("cot_reader")), plain_codec())
    assert reader.read_log(DISTRICT, after=0, limit=9) == filled.read_log(
        DISTRICT, after=0, limit=9
    )
    projector = connect("cot_project")
    row = projector.execute("SELECT count(*) FROM cot_log.current_event").fetchone()
    assert row == (6,)
    for relation in ("event_personal", "readable_event"):
        with pytest.raises(errors.InsufficientPrivilege):
            projector.execute(
                psycopg.sql.SQL("SELECT * FROM cot_log.{}").format(psycopg.sql.Identifier(relation))
            )


@pytest.mark.usefixtures("filled")
def test_a_reader_moves_no_checkpoint(connect: Connecting) -> None:
    checkpoints = PostgresCheckpoints(lending(connect("cot_reader")))
    assert checkpoints.load("someone", DISTRICT) == 0
    with pytest.raises(errors.InsufficientPrivilege):
        checkpoints.swap("someone", DISTRICT, expected=0, position=1)


@pytest.mark.usefixtures("filled")
def test_an_analyst_sees_neither_the_log_nor_the_rows_of_projections(connect: Connecting) -> None:
    analyst = connect("cot_analyst")
    for schema in ("cot_log", "cot_projection"):
        row = analyst.execute(
            "SELECT has_schema_privilege(current_user, %s, 'USAGE')", (schema,)
        ).fetchone()
        assert row == (False,)
    for question in (
        "SELECT * FROM cot_log.event",
        "SELECT * FROM cot_log.readable_event",
        "SELECT cot_log.position_known_at('marrow-bay', now())",
        "SELECT * FROM cot_log.events_in_scope('marrow-bay', 6, '2026-01-01', NULL)",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            analyst.execute(question)


def test_a_temporary_table_does_not_stand_in_for_the_log(
    filled: PostgresStore, connect: Connecting
) -> None:
    appending = connect("cot_append")
    appending.execute("CREATE TEMPORARY TABLE event (LIKE cot_log.event)")
    appending.execute("SET search_path = pg_temp, cot_log, pg_catalog")
    theirs = PostgresStore(lending(appending), plain_codec())
    moment = filled.head(DISTRICT).recorded_at
    with appending.transaction(force_rollback=True):
        result = theirs.append(DISTRICT, [write(started("z"))], recorded_at=moment)
        assert result.positions == (7,)
        assert theirs.find(DISTRICT, started("z").event_id) is not None
        assert appending.execute("SELECT count(*) FROM pg_temp.event").fetchone() == (0,)


def test_functions_that_run_as_the_owner_fix_their_search_path(connect: Connecting) -> None:
    rows = (
        connect(None)
        .execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname = 'cot_log' AND p.prosecdef "
            "AND NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(p.proconfig, '{}'))"
        )
        .fetchall()
    )
    assert rows == []


def test_no_role_of_the_product_may_log_in(connect: Connecting) -> None:
    rows = (
        connect(None)
        .execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND NOT rolcanlogin "
            "AND NOT rolsuper AND NOT rolcreaterole AND NOT rolbypassrls ORDER BY 1",
            (list(ROLES),),
        )
        .fetchall()
    )
    assert [row[0] for row in rows] == sorted(ROLES)
