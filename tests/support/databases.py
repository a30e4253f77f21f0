"""Databases for tests: copies of a template that is set up, dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

TEMPLATE = "cot_template"
NUMBERS = count(1)


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """Make a database that is set up and empty; drop it afterwards."""
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    maintenance = make_conninfo(server_url, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    try:
        yield make_conninfo(server_url, dbname=name)
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
