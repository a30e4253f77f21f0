"""A district with a few facts in a database of the test's own, and connections for each role."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import TupleRow

from events.postgres import PostgresStore
from tests.support.log import BEGINS, ZONE, lending, noted, plain_codec, session, started, write

DISTRICT = "marrow-bay"
Connecting = Callable[[str | None], psycopg.Connection[TupleRow]]


@pytest.fixture
def connect(database_url: str) -> Iterator[Connecting]:
    """Opens connections under a role (none: as superuser) and closes them after the test."""
    opened: list[psycopg.Connection[TupleRow]] = []

    def connecting(role: str | None) -> psycopg.Connection[TupleRow]:
        opened.append(session(database_url, role))
        return opened[-1]

    yield connecting
    for connection in opened:
        connection.close()


@pytest.fixture
def store(connect: Connecting) -> PostgresStore:
    """A store with one connection, and a new district with a simulated clock."""
    made = PostgresStore(lending(connect("cot_append")), plain_codec())
    made.create_log(DISTRICT, clock="simulated", time_zone=ZONE, begins_at=BEGINS)
    return made


@pytest.fixture
def filled(store: PostgresStore) -> PostgresStore:
    """The store with six events in two streams: 1 and 2, 3, 4, 5, and at 6 a correction of 2."""
    batches = (
        (write(started("a"), noted("b", "first"), stream="s-1"),),
        (write(noted("c", "words", reason="why"), stream="s-2"),),
        (write(started("d"), stream="s-1"),),
        (write(started("e", subjects=("activity:A1", "unit:HR")), stream="s-2"),),
        (write(noted("f", "better", corrects=noted("b").event_id), stream="s-1"),),
    )
    for hour, writes in enumerate(batches):
        store.append(DISTRICT, writes, recorded_at=BEGINS + timedelta(hours=hour))
    return store
