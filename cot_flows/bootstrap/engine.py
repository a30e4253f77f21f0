"""The engine: everything that a command, a flow or a follower needs, made from the settings."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from getpass import getuser
from secrets import token_bytes
from threading import Lock
from types import TracebackType
from typing import Self

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from cot_flows.bootstrap.database import DatabaseVersion, create_database, require_ready, set_up
from cot_flows.bootstrap.pool import LendingPool, open_pool
from cot_flows.embedded import EmbeddedServer, open_server
from cot_flows.settings import Settings
from domain.facts.every import EVENT_TYPES
from events.codec import Codec
from events.follow import PostgresCheckpoints
from events.postgres import PostgresStore
from events.sealing.nodes import KeptTrees
from events.statements import statement

DATABASE = "cot"
Progress = Callable[[str], None]
UNANSWERABLE = (psycopg.DataError,)
"""What is raised for a text that the database cannot hold, such as one with a NUL character."""

CONNECTION_LOST = (psycopg.OperationalError, psycopg.InterfaceError)
"""What is raised when the server goes away: worth another try, unlike every other error."""

PoolConnection = AbstractContextManager[psycopg.Connection[TupleRow]]


def new_salt() -> bytes:
    """Return the 128 random bits of one commitment."""
    return token_bytes(16)


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def prefect_database_beside(url: str) -> str:
    """Return the name of Prefect's database beside ours: never one that others might have made."""
    return f"{conninfo_to_dict(url).get('dbname') or DATABASE}_prefect"


def codec() -> Codec:
    """Return the codec over all event types of the domain."""
    return Codec(EVENT_TYPES, new_salt)


class Engine:
    """The opened product. Connections are made when first used and closed by `close`.

    Each pool sets the role that its users need: `append` for the store, `redactor` for its
    withdrawals, `project` for projections, `reader` for answers, `seal` for the Merkle tree.
    """

    def __init__(self, settings: Settings, url: str, server: EmbeddedServer | None) -> None:
        """Use a database; `server` is the embedded one whose lease this engine holds."""
        self.settings = settings
        self.url = url
        self.server = server
        self._opening = Lock()  # Two threads that come first at once must share one pool.
        self._pools: dict[str, LendingPool] = {}
        self.codec = codec()
        self.store = PostgresStore(self.appending, self.codec, self.withdrawing)
        self.checkpoints = PostgresCheckpoints(self.projecting)
        self.trees = KeptTrees(self.sealing)

    def appending(self) -> PoolConnection:
        """Lend a connection that may append and read."""
        return self._pool("cot_append").connection()

    def withdrawing(self) -> PoolConnection:
        """Lend a connection that may have personal values withdrawn, and nothing else."""
        return self._pool("cot_redactor").connection()

    def projecting(self) -> PoolConnection:
        """Lend a connection that may write projections and read the log."""
        return self._pool("cot_project").connection()

    def sealing(self) -> PoolConnection:
        """Lend a connection that may let a log's Merkle tree grow, and read its hashes only."""
        return self._pool("cot_seal").connection()

    def reading(self) -> PoolConnection:
        """Lend a connection that may only read."""
        return self._pool("cot_reader").connection()

    def listening(self) -> psycopg.Connection[TupleRow]:
        """Open a connection of its own for wake-ups; the caller closes it."""
        return psycopg.connect(self.url, autocommit=True)

    @contextmanager
    def alone(self, work: str, district: str) -> Iterator[None]:
        """Be the only one at some work of a district; waits for whoever is at it.

        The lock belongs to a connection of its own: it cannot outlive a program that is killed,
        and holds no transaction open while the work takes its time. A lost connection loses it.
        """
        with self.listening() as connection:
            connection.execute(statement("locks/alone"), {"name": f"cot-flows {work} {district}"})
            yield

    def reconnect(self) -> None:
        """Make sure the embedded server runs, and connect anew: its port may have changed."""
        if self.server is None:
            return
        url = self.server.ensure().url(DATABASE)
        if url != self.url:
            self.url = url
            self._close_pools()

    def cancel_running(self) -> None:
        """End the statements that run now on lent connections, of all threads.

        For the end of a program: whoever waits for one gets psycopg.errors.QueryCanceled.
        """
        with self._opening:
            pools = list(self._pools.values())
        for pool in pools:
            pool.cancel_running()

    def initialise(self) -> DatabaseVersion:
        """Set the database up, or bring it up to date."""
        return set_up(self.settings.admin_url or self.url, login=_user(self.url))

    def prefect_database(self) -> str:
        """Return the URL of Prefect's own database, creating it beside ours if it is missing."""
        if self.settings.prefect_database_url:
            return self.settings.prefect_database_url
        name = prefect_database_beside(self.url)
        admin = self.settings.admin_url
        create_database(admin or self.url, name, owner=_user(self.url) if admin else None)
        return make_conninfo(self.url, dbname=name)

    def close(self) -> None:
        """Close all connections and give the embedded server's lease back."""
        self._close_pools()
        if self.server is not None:
            self.server.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _close_pools(self) -> None:
        with self._opening:  # A pool that a thread opens meanwhile must not be forgotten unclosed.
            pools = list(self._pools.values())
            self._pools.clear()
        for pool in pools:
            pool.close()

    def _pool(self, role: str) -> LendingPool:
        with self._opening:
            if role not in self._pools:
                limit = self.settings.statement_timeout_seconds
                self._pools[role] = open_pool(self.url, role, statement_timeout_seconds=limit)
            return self._pools[role]


def open_engine(settings: Settings, *, on_progress: Progress | None = None) -> Engine:
    """Open the product: the embedded server unless a URL is set, its database set up.

    With a URL the database must have been set up by `cot db init`. Raises DatabaseUnavailable,
    DatabaseNotReady, or an error of the embedded server.
    """
    if settings.database_url is not None:
        require_ready(settings.database_url)
        return Engine(settings, settings.database_url, None)
    server = open_server(settings.home, binaries=settings.binaries, on_progress=on_progress)
    try:
        engine = Engine(settings, server.info.url(DATABASE), server)
        engine.initialise()
    except BaseException:
        server.close()
        raise
    return engine


def _user(url: str) -> str:
    return str(conninfo_to_dict(url).get("user") or getuser())
