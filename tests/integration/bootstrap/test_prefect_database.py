"""Whose Prefect's database is: the login's that runs the program, or its server cannot migrate."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import prefect_database_beside
from cot_flows.settings import Settings


@contextmanager
def plain_login(admin_url: str) -> Iterator[str]:
    """Make a login without rights; yields the URL with which it connects to the same database."""
    name = f"app_{uuid4().hex[:8]}"
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'app'").format(sql.Identifier(name))
        )
    try:
        yield make_conninfo(admin_url, user=name, password="app")
    finally:
        beside = prefect_database_beside(admin_url)
        with psycopg.connect(admin_url, autocommit=True) as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(beside)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_an_administrator_makes_it_for_the_login_which_may_create_there(
    database_url: str, tmp_path: Path
) -> None:
    with plain_login(database_url) as url:
        settings = Settings(home=tmp_path, database_url=url, admin_url=database_url)
        with Engine(settings, url, None) as engine:
            first = engine.prefect_database()
            assert engine.prefect_database() == first
        assert conninfo_to_dict(first)["user"] == conninfo_to_dict(url)["user"]
        with psycopg.connect(first, autocommit=True) as connection:
            connection.execute("CREATE TABLE public.of_prefect (id int)")
            connection.execute("CREATE EXTENSION pg_trgm")


def test_without_an_administrator_it_is_the_one_who_makes_it(
    database_url: str, tmp_path: Path
) -> None:
    with plain_login(database_url) as url:
        with psycopg.connect(database_url, autocommit=True) as connection:
            name = str(conninfo_to_dict(url)["user"])
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(name)))
        with Engine(Settings(home=tmp_path, database_url=url), url, None) as engine:
            made = engine.prefect_database()
        with psycopg.connect(made, autocommit=True) as connection:
            connection.execute("CREATE TABLE public.of_prefect (id int)")
