"""Logins of the test run's server: with what a program needs, and nothing more."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo


@dataclass(frozen=True, slots=True)
class PlainLogin:
    """A login that is no superuser and may create nothing, and a database that is not there yet.

    `url` is the database's for the login, `admin_url` for the server's administrator.
    """

    user: str
    password: str
    url: str
    admin_url: str


def let_become(admin_url: str, user: str, *roles: str) -> None:
    """Let a login become further roles."""
    with psycopg.connect(admin_url, autocommit=True) as administrator:
        for role in roles:
            grant = sql.SQL("GRANT {} TO {}")
            administrator.execute(grant.format(sql.Identifier(role), sql.Identifier(user)))


def url_of(given: str, *, user: str, password: str, database: str) -> str:
    """Return a URL of the server that `given` names."""
    parts = conninfo_to_dict(given)
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"postgresql://{login}@{parts['host']}:{parts['port']}/{database}"


@contextmanager
def plain_login(server_url: str) -> Iterator[PlainLogin]:
    """Make a login; drop it afterwards, with its database and the one of Prefect beside it."""
    name, password = f"app_{uuid4().hex[:10]}", "p@ss/w:rd#1?"
    administrator = conninfo_to_dict(server_url)
    made = PlainLogin(
        name,
        password,
        url_of(server_url, user=name, password=password, database=name),
        url_of(
            server_url,
            user=str(administrator["user"]),
            password=str(administrator["password"]),
            database=name,
        ),
    )
    maintenance = make_conninfo(server_url, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        connection.execute(create.format(sql.Identifier(name), sql.Literal(password)))
    try:
        yield made
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            for database in (name, f"{name}_prefect"):
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(database)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
