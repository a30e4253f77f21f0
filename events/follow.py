"""Following a log: wake-ups for speed, polling as the floor, a checkpoint that moves by swap.

A wake-up may be lost (nothing depends on it); the poll finds what it missed. Losing the connection
ends the wait, not the follower: the next wait opens another.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from psycopg import Connection
from psycopg.rows import TupleRow

from events.envelope import RecordedEvent
from events.statements import statement
from events.store import EventStore

CHANNEL = "cot_log"
"""The notification channel; its payload is the district."""


class Checkpoints(Protocol):
    """Where each follower stands in each district, moved by compare-and-swap only."""

    def load(self, follower: str, district: str) -> int:
        """Return the last position handled; 0 at first."""
        ...

    def swap(self, follower: str, district: str, *, expected: int, position: int) -> bool:
        """Move from `expected` to `position`; False when it stands elsewhere by now."""
        ...


@dataclass(frozen=True, slots=True)
class PostgresCheckpoints:
    """Checkpoints in the database of the log."""

    connect: Callable[[], AbstractContextManager[Connection[TupleRow]]]

    def load(self, follower: str, district: str) -> int:
        """Return the last position handled; 0 at first."""
        given = {"follower": follower, "district": district}
        with self.connect() as connection:
            row = connection.execute(statement("read/checkpoint"), given).fetchone()
        return int(row[0]) if row else 0

    def swap(self, follower: str, district: str, *, expected: int, position: int) -> bool:
        """Move the checkpoint, or answer False when another has moved it."""
        given = {
            "follower": follower,
            "district": district,
            "expected": expected,
            "position": position,
        }
        with self.connect() as connection:
            row = connection.execute(statement("read/swap_checkpoint"), given).fetchone()
        return row is not None


class MemoryCheckpoints:
    """Checkpoints in this process, for tests."""

    def __init__(self) -> None:
        """Stand at 0 everywhere."""
        self._positions: dict[tuple[str, str], int] = {}

    def load(self, follower: str, district: str) -> int:
        """Return the last position handled; 0 at first."""
        return self._positions.get((follower, district), 0)

    def swap(self, follower: str, district: str, *, expected: int, position: int) -> bool:
        """Move the checkpoint, or answer False when another has moved it."""
        if self.load(follower, district) != expected:
            return False
        self._positions[follower, district] = position
        return True


def batches(
    store: EventStore, district: str, *, after: int, size: int = 1000
) -> Iterator[list[RecordedEvent]]:
    """Yield the district's events after a position, in order, until the head is reached."""
    while page := store.read_log(district, after=after, limit=size):
        yield page
        after = page[-1].position


def wait_for_append(connection: Connection[TupleRow], *, at_most: float) -> frozenset[str]:
    """Wait for a wake-up and return the districts it names; empty after `at_most` seconds.

    The connection must be in autocommit mode and is used for nothing else meanwhile. Raises
    psycopg.OperationalError when it is lost: open another and look at every district.
    """
    connection.execute(statement("read/listen"))
    first = next(iter(connection.notifies(timeout=at_most, stop_after=1)), None)
    if first is None:
        return frozenset()
    rest = connection.notifies(timeout=0)
    return frozenset([first.payload, *(each.payload for each in rest)])
