"""The schema of the log in the database: create it, bring it forward, say where it stands.

Migrating twice, or from two processes at once, is harmless: an advisory lock lets one migrate and
the others find nothing left to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from events.errors import SchemaMismatch
from events.statements import statement


@dataclass(frozen=True, slots=True)
class Migrations:
    """A chain of migrations: the package that holds it, and the database schema it builds."""

    package: str
    schema: str

    def config(self) -> Config:
        """Return Alembic's configuration for this chain."""
        config = Config()
        config.set_main_option("script_location", str(files(self.package)).replace("%", "%%"))
        config.attributes["schema"] = self.schema
        return config

    def newest(self) -> str:
        """Return the version that this code brings."""
        return str(ScriptDirectory.from_config(self.config()).get_current_head())


_ONE_AT_A_TIME = Lock()
"""Alembic keeps the migration under way in its modules: two threads would share it."""

LOG_MIGRATIONS = Migrations("events.migrations", "cot_log")


def run_statements(connection: Connection, names: Iterable[str]) -> None:
    """Run statements of the log by name, as they are: no parameters, no placeholder syntax."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise SchemaMismatch("the database connection was lost while migrating: run it again")
    for name in names:
        driver.execute(statement(name))


def migrate(connection: Connection, migrations: Migrations) -> str:
    """Bring the database to the newest version, in one transaction, and return that version.

    The connection's role must own the schema. Raises SchemaMismatch when the database is newer.
    """
    with _ONE_AT_A_TIME, connection.begin():
        driver = connection.connection.driver_connection
        if driver is None:
            raise SchemaMismatch("the database connection was lost while migrating: run it again")
        # Two processes that migrate at once would both see the old version; the lock is released
        # with the transaction.
        driver.execute(statement("schema/lock_migrations"))
        _refuse_newer(connection, migrations)
        config = migrations.config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return migrations.newest()


def version(connection: Connection, migrations: Migrations) -> str | None:
    """Return the version the database has, or None when there is none yet."""
    context = MigrationContext.configure(
        connection,
        opts={"version_table": "schema_version", "version_table_schema": migrations.schema},
    )
    return context.get_current_revision()


def require_newest(connection: Connection, migrations: Migrations) -> None:
    """Refuse to work with a schema of another version. Raises SchemaMismatch."""
    found, newest = version(connection, migrations), migrations.newest()
    if found != newest:
        raise SchemaMismatch(
            f"schema {migrations.schema} has version {found or 'none'}, this program needs "
            f"{newest}: " + ("run `cot db init`" if _older(found, newest) else "update the program")
        )


def _older(found: str | None, newest: str) -> bool:
    return found is None or found < newest


def _refuse_newer(connection: Connection, migrations: Migrations) -> None:
    found = version(connection, migrations)
    if not _older(found, migrations.newest()) and found != migrations.newest():
        require_newest(connection, migrations)
