"""Scripted interleavings: sessions that take one step at a time, in the order that a test writes.

A step that must wait for another session is begun, seen to wait in the database, and finished later.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg.rows import TupleRow

from tests.integration.embedded.deadline import wait_until
from tests.support.log import session

T = TypeVar("T")
PATIENCE = 20.0


class Session:
    """A connection with a thread of its own."""

    def __init__(self, url: str, role: str) -> None:
        self.connection = session(url, role)
        self._thread = ThreadPoolExecutor(1)

    @property
    def pid(self) -> int:
        """The process that serves this session."""
        return self.connection.info.backend_pid

    def begin(self, step: Callable[[psycopg.Connection[TupleRow]], T]) -> Future[T]:
        """Begin a step and do not wait for its end."""
        return self._thread.submit(step, self.connection)

    def do(self, step: Callable[[psycopg.Connection[TupleRow]], T]) -> T:
        """Take a step to its end."""
        return self.begin(step).result(PATIENCE)

    def sql(self, text: str) -> None:
        """Take a step that is one statement."""
        self.do(lambda connection: connection.execute(text.encode()))

    def close(self) -> None:
        """End thread and connection."""
        self._thread.shutdown()
        self.connection.close()


class Stage:
    """The sessions of one scripted interleaving, and someone who watches them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._watcher = session(url)
        self._sessions: list[Session] = []

    def session(self, role: str = "cot_append") -> Session:
        """A further session."""
        made = Session(self._url, role)
        self._sessions.append(made)
        return made

    def is_waiting(self, who: Session, behind: Session) -> bool:
        """Whether one session waits for a lock of another."""
        row = self._watcher.execute(
            "SELECT %s = ANY (pg_blocking_pids(%s))", (behind.pid, who.pid)
        ).fetchone()
        return row is not None and bool(row[0])

    def wait_until_behind(self, who: Session, behind: Session) -> None:
        """Return once one session waits for another."""
        wait_until(lambda: self.is_waiting(who, behind), "one session waits for the other")

    def close(self) -> None:
        """End all sessions."""
        for each in self._sessions:
            each.close()
        self._watcher.close()


@contextmanager
def stage(url: str) -> Iterator[Stage]:
    """Set a stage for scripted sessions and clear it afterwards."""
    made = Stage(url)
    try:
        yield made
    finally:
        made.close()
