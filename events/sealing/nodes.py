"""The Merkle trees of the logs in one database: grown by the database, read tile by tile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter

from psycopg import Connection
from psycopg.rows import TupleRow

from events.errors import TreeIncomplete
from events.postgres import Connect
from events.sealing.merkle import root
from events.sealing.tree import TILE, Hashes, Tree
from events.statements import statement


class KeptTrees:
    """The trees of all logs. Its role reads hashes and nothing else of an event."""

    def __init__(self, connect: Connect) -> None:
        """Use connections of `connect`; nothing is opened before the first call."""
        self._connect = connect

    def grow(self, district: str, size: int) -> int:
        """Keep what is newly complete of the tree; return how many hashes were added.

        Growing twice, or by two programs at once, adds nothing twice. Raises TreeIncomplete when
        an event is missing.
        """
        given = {"district": district, "size": size}
        with self._connect() as connection:
            row = connection.execute(statement("sealing/grow_tree"), given).fetchone()
        if row is None or row[0] is None:
            raise TreeIncomplete(0, 0, size, 0)
        return int(row[0])

    @contextmanager
    def tree(self, district: str, size: int) -> Iterator[Tree]:
        """Lend the tree over a log's first events; it must have grown that far."""
        with self._connect() as connection:
            yield Tree(size, kept_in(connection, district))


def kept_in(connection: Connection[TupleRow], district: str) -> Hashes:
    """Return how the kept hashes of a log are read on a connection."""

    def hashes(level: int, first: int, end: int) -> Sequence[bytes]:
        given = {"district": district, "level": level, "first": first, "end": end}
        name = "sealing/nodes" if level else "sealing/leaves"
        cursor = connection.cursor(binary=True)
        return [row[0] for row in cursor.execute(statement(name), given).fetchall()]

    return hashes


def misplaced_nodes(
    connection: Connection[TupleRow], district: str, tiles: Sequence[bytes], leaves: int
) -> list[tuple[int, str]]:
    """Return where the kept hashes are not as they must be: the first position below, and how.

    `tiles` are the roots over every 256 leaves, reckoned anew by who has read every leaf
    of the log as it stood then; `leaves` is how many there are now, for others may append.
    """
    found: list[tuple[int, str]] = []
    reckoned: Sequence[bytes] = tiles
    rows = connection.execute(statement("sealing/all_nodes"), {"district": district}).fetchall()
    for level, kept in groupby(rows, key=itemgetter(0)):
        for number, (_, numbered, value) in enumerate(kept):
            place = number * TILE**level + 1
            if numbered != number:
                found.append((place, f"kept hash {number} of level {level} is missing"))
                break
            if number >= len(reckoned):
                if (number + 1) * TILE**level > leaves:
                    told = f"kept hash {number} of level {level} is of events that are not there"
                    found.append((leaves + 1, told))
            elif value != reckoned[number]:
                found.append((place, f"kept hash {number} of level {level} is not its events'"))
        whole = range(0, len(reckoned) - TILE + 1, TILE)
        reckoned = [root(reckoned[first : first + TILE]) for first in whole]
    return found
