"""Setting a database up: roles, schemas, migrations, repeatable functions. Harmless twice."""

from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from cot_flows.bootstrap.plain import in_plain_words
from cot_flows.errors import DatabaseNotReady, NotConfigured
from events.errors import SchemaMismatch
from events.schema import LOG_MIGRATIONS, migrate, require_newest
from events.statements import statement
from projections.schema import PROJECTION_MIGRATIONS, apply_functions

SCHEMAS = ("cot_log", "cot_projection", "cot_read")
OWNER = "cot_owner"
ROLES = ("cot_append", "cot_redactor", "cot_project", "cot_reader", "cot_seal")
MAINTENANCE = "postgres"
GUARDS: tuple[LiteralString, ...] = (
    "triggers/event_append_only",
    "triggers/event_subject_append_only",
    "triggers/event_personal_append_only",
    "triggers/tree_node_append_only",
    "triggers/event_personal_withdrawn_only",
    "triggers/log_forward_only",
)


@dataclass(frozen=True, slots=True)
class DatabaseVersion:
    """The versions of the two schemas after setting up."""

    log: str
    projection: str


@dataclass(frozen=True, slots=True)
class UrlParts:
    """The parts of a database URL that people need to connect by other means."""

    host: str
    port: str
    database: str
    user: str | None


def parts_of(url: str) -> UrlParts:
    """Return the parts of a database URL, without the password."""
    given = conninfo_to_dict(url)
    user = given.get("user")
    return UrlParts(
        host=str(given.get("host") or "localhost"),
        port=str(given.get("port") or 5432),
        database=str(given.get("dbname") or "cot"),
        user=None if user is None else str(user),
    )


def set_up(admin_url: str, *, login: str | None = None) -> DatabaseVersion:
    """Create what is missing in the database that the URL names, and bring it up to date.

    `login` is the role with which the program connects, if not the administrator's own. Raises
    DatabaseUnavailable, DatabaseNotReady when the URL's login is no administrator, or
    SchemaMismatch when the database is newer than this program.
    """
    parts = conninfo_to_dict(admin_url)
    database = str(parts.get("dbname") or "cot")
    with in_plain_words(admin_url):
        with psycopg.connect(
            make_conninfo(admin_url, dbname=MAINTENANCE), autocommit=True
        ) as connection:
            _create_roles(connection, login or str(connection.info.user))
            _create_database(connection, database)
        with psycopg.connect(admin_url, autocommit=True) as connection:
            _create_schemas(connection)
        return _migrate(admin_url)


def restore_guards(admin_url: str) -> list[str]:
    """Switch the triggers that keep the log append-only on again; return those that were off.

    Not a part of `set_up`: that somebody switched them off must be seen before it is mended.
    """
    with in_plain_words(admin_url), psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(statement("roles/take_on"), {"role": OWNER, "limit": "0"})
        off = [str(name) for (name,) in connection.execute(statement("doctor/guards"))]
        with connection.transaction():
            for guard in GUARDS if off else ():
                connection.execute(statement(guard))
    return off


def create_database(admin_url: str, name: str, *, owner: str | None = None) -> None:
    """Create a database beside the one the URL names, if it is missing, for its owner."""
    maintenance = make_conninfo(admin_url, dbname=MAINTENANCE)
    with (
        in_plain_words(admin_url),
        psycopg.connect(maintenance, autocommit=True) as connection,
    ):
        _create_database(connection, name)
        if owner is not None:
            give = sql.SQL("ALTER DATABASE {} OWNER TO {}")
            connection.execute(give.format(sql.Identifier(name), sql.Identifier(owner)))


def require_ready(url: str) -> None:
    """Refuse to work with a database that this program's version did not set up."""
    try:
        with _connected(url) as connection:
            connection.exec_driver_sql("SET ROLE cot_reader")
            require_newest(connection, LOG_MIGRATIONS)
            require_newest(connection, PROJECTION_MIGRATIONS)
    except SchemaMismatch as error:
        raise DatabaseNotReady(str(error)) from error
    except DBAPIError as error:
        raise DatabaseNotReady(
            "the database is not set up for this login: let an administrator run `cot db init`"
        ) from error


def _create_roles(connection: psycopg.Connection, login: str) -> None:
    with connection.transaction():
        # Roles belong to the whole server: two databases set up at once must not both create them.
        connection.execute(statement("roles/lock_roles"))
        connection.execute(statement("roles/create_roles"))
        # Whoever owns the log could switch its guards off: only the administrator may become it.
        administrator = login == str(connection.info.user)
        for role in (*ROLES, OWNER) if administrator else ROLES:
            member = connection.execute(
                statement("roles/is_member"), {"login": login, "role": role}
            ).fetchone()
            if member is None or not member[0]:
                grant = sql.SQL("GRANT {} TO {}")
                connection.execute(grant.format(sql.Identifier(role), sql.Identifier(login)))


def _create_database(connection: psycopg.Connection, name: str) -> None:
    found = connection.execute(statement("schema/database_exists"), {"name": name}).fetchone()
    if found is None:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # Another process was quicker: it says so by the one or by the other.


def _create_schemas(connection: psycopg.Connection) -> None:
    with connection.transaction():
        connection.execute(statement("schema/lock_migrations"))
        for name in SCHEMAS:
            create = sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION cot_owner")
            connection.execute(create.format(sql.Identifier(name)))


def _migrate(admin_url: str) -> DatabaseVersion:
    with _connected(admin_url) as connection:
        connection.exec_driver_sql("SET ROLE cot_owner")
        connection.commit()
        log = migrate(connection, LOG_MIGRATIONS)
        projection = migrate(connection, PROJECTION_MIGRATIONS)
        connection.commit()
    with psycopg.connect(admin_url, autocommit=True) as raw:
        raw.execute(statement("roles/take_on"), {"role": "cot_owner", "limit": "0"})
        apply_functions(raw)
    return DatabaseVersion(log, projection)


def _connected(url: str) -> Connection:
    def connect() -> psycopg.Connection:
        return psycopg.connect(url)

    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
    with in_plain_words(url):
        return engine.connect()


def create_analyst(admin_url: str, name: str, password: str) -> None:
    """Create a login that can read the documented views and nothing else, or renew its password.

    Its sessions are read-only and no statement of it runs longer than a minute.
    """
    with (
        in_plain_words(admin_url),
        psycopg.connect(admin_url, autocommit=True) as connection,
        connection.transaction(),
    ):
        connection.execute(statement("roles/lock_roles"))
        found = connection.execute(statement("roles/is_analyst"), {"name": name}).fetchone()
        if name.startswith(("cot_", "pg_")) or (found is not None and not found[0]):
            raise NotConfigured(
                f"{name!r} is a role that is no analyst's: choose another name, such as "
                "analyst_mary"
            )
        # Digested here: a password in plain SQL would reach the server's log.
        digest = connection.pgconn.encrypt_password(password.encode(), name.encode())
        role, secret = sql.Identifier(name), sql.Literal(digest.decode())
        if found is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        for change in (
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, secret),
            sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(role),
            sql.SQL("ALTER ROLE {} SET statement_timeout = '60s'").format(role),
            sql.SQL("ALTER ROLE {} SET search_path = cot_read").format(role),
            sql.SQL("GRANT cot_analyst TO {}").format(role),
        ):
            connection.execute(change)


def async_url(url: str) -> str:
    """Return a database URL in the form in which Prefect's server takes it.

    A socket's folder and the TLS mode have other places there; lost, the connection would go
    elsewhere, or be less safe than was asked for.
    """
    given = conninfo_to_dict(url)
    host = str(given.get("host") or "localhost")
    elsewhere = {"host": host if host.startswith("/") else None, "ssl": given.get("sslmode")}
    return URL.create(
        "postgresql+asyncpg",
        username=str(given.get("user") or ""),
        password=str(given["password"]) if given.get("password") else None,
        host=None if host.startswith("/") else host,
        port=int(str(given.get("port") or 5432)),
        database=str(given.get("dbname") or "prefect"),
        query={name: str(value) for name, value in elsewhere.items() if value},
    ).render_as_string(hide_password=False)
