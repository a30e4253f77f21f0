"""Pools of connections: each in one role, under a time limit, with statements that can be ended."""

from threading import Lock

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from cot_flows.errors import DatabaseUnavailable
from events.statements import statement

PooledConnection = psycopg.Connection[TupleRow]
CANCEL_SECONDS = 2.0
"""How long the server is given to take a wish to cancel."""


class LendingPool(ConnectionPool[PooledConnection]):
    """A pool that knows which connections are lent, and can end what runs on them."""

    def __init__(self, url: str, role: str, *, statement_timeout_seconds: int) -> None:
        """Prepare connections that take on a role; none is made before one is needed."""
        self._lent: set[PooledConnection] = set()
        self._keeping = Lock()
        self._role = role
        self._limit = f"{statement_timeout_seconds}s"
        super().__init__(
            url,
            min_size=0,
            max_size=16,
            kwargs={"autocommit": True, "application_name": f"cot-flows {role}"},
            configure=self._prepare,
            name=role,
            open=False,
        )

    def getconn(self, timeout: float | None = None) -> PooledConnection:
        """Lend a connection."""
        connection = super().getconn(timeout)
        with self._keeping:
            self._lent.add(connection)
        return connection

    def putconn(self, conn: PooledConnection) -> None:
        """Take a connection back."""
        with self._keeping:
            self._lent.discard(conn)
        super().putconn(conn)

    def cancel_running(self) -> None:
        """Have the server end the statements that run on lent connections.

        Whoever waits for one gets psycopg.errors.QueryCanceled. One that ends by itself meanwhile
        is not found any more, and a server that is away has none to end: neither is an error.
        """
        with self._keeping:
            lent = list(self._lent)
        for connection in lent:
            try:
                connection.cancel_safe(timeout=CANCEL_SECONDS)
            except psycopg.Error:
                continue

    def _prepare(self, connection: PooledConnection) -> None:
        connection.execute(statement("roles/take_on"), {"role": self._role, "limit": self._limit})
        try:
            connection.execute(statement("roles/notice_lost_client"))
        except psycopg.errors.InvalidParameterValue:
            return  # A server on a system that cannot tell: there a statement runs to its limit.


def open_pool(url: str, role: str, *, statement_timeout_seconds: int) -> LendingPool:
    """Return an open pool of connections in a role. Raises DatabaseUnavailable."""
    pool = LendingPool(url, role, statement_timeout_seconds=statement_timeout_seconds)
    try:
        pool.open()
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"the database server cannot be used: {error}") from error
    return pool
