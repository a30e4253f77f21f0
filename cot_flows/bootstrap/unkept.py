"""A transaction that is always rolled back, with a store that appends inside it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from psycopg import Connection
from psycopg.rows import TupleRow

from cot_flows.bootstrap.engine import Engine
from events.postgres import PostgresStore


@contextmanager
def unkept(engine: Engine) -> Iterator[tuple[PostgresStore, Connection[TupleRow]]]:
    """Lend a store and its connection in one transaction of which nothing is kept.

    What is appended is seen on this connection alone, by no other and not afterwards.
    """
    with engine.appending() as connection, connection.transaction(force_rollback=True):
        yield PostgresStore(_lending(connection), engine.codec), connection


def _lending(
    connection: Connection[TupleRow],
) -> Callable[[], AbstractContextManager[Connection[TupleRow]]]:
    @contextmanager
    def lend() -> Iterator[Connection[TupleRow]]:
        yield connection

    return lend
