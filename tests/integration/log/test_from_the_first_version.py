"""A database of the first version is brought forward with everything it holds."""

from uuid import uuid4

import psycopg
from alembic import command
from psycopg.conninfo import make_conninfo

from cot_flows.bootstrap import database
from events.postgres import PostgresStore
from events.schema import LOG_MIGRATIONS
from events.verify import verify_log
from tests.contract.test_withdrawals import withdrawal
from tests.support.log import event_id, lending, noted, plain_codec, session, write

OLD_GUARD = (
    "CREATE OR REPLACE TRIGGER event_personal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
    "ON cot_log.event_personal FOR EACH STATEMENT EXECUTE FUNCTION cot_log.refuse_change()"
)


def of_the_first_version(server_url: str) -> str:
    """Set a database up as the first version did; return its URL."""
    url = make_conninfo(server_url, dbname=f"first_{uuid4().hex[:10]}")
    name = str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        database._create_roles(connection, str(connection.info.user))
        database._create_database(connection, name)
    with psycopg.connect(url, autocommit=True) as connection:
        database._create_schemas(connection)
    with database._connected(url) as connection:
        connection.exec_driver_sql("SET ROLE cot_owner")
        config = LOG_MIGRATIONS.config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(OLD_GUARD)
        connection.commit()
    return url


def test_a_log_of_the_first_version_can_withdraw_after_it_was_brought_forward(
    server_url: str,
) -> None:
    url = of_the_first_version(server_url)
    with session(url, "cot_append") as appending:
        store = PostgresStore(lending(appending), plain_codec())
        store.create_log("bay", clock="server", time_zone="UTC")
        store.append("bay", [write(noted("a", "words", reason="why"))])
    assert database.set_up(url).log == LOG_MIGRATIONS.newest() != "0001"
    with session(url, "cot_append") as appending, session(url, "cot_redactor") as redactor:
        store = PostgresStore(lending(appending), plain_codec(), lending(redactor))
        store.append("bay", [write(withdrawal("w", event_id("a"), "data.note"), stream="r")])
        assert store.read_log("bay", after=0, limit=1)[0].withheld == {"data.note"}
        assert verify_log(appending, plain_codec(), store.head("bay")) == []
