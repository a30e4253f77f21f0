"""A connection that is lost leaves the caller not knowing; to repeat the call is always safe."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from events.coalescing import CoalescingStore
from events.postgres import PostgresStore
from events.store import NO_STREAM, StreamWrite, at
from tests.integration.log.conftest import Connecting
from tests.support.log import ZONE, lending, plain_codec, session, started
from tests.support.wire import Wire

BAY = "bay"


@pytest.fixture
def observer(connect: Connecting) -> PostgresStore:
    """A store beside the wire, with a new district."""
    store = PostgresStore(lending(connect("cot_append")), plain_codec())
    store.create_log(BAY, clock="server", time_zone=ZONE)
    return store


@pytest.fixture
def wire(database_url: str) -> Iterator[Wire]:
    """A wire to the server."""
    given = conninfo_to_dict(database_url)
    with Wire(str(given["host"]), int(str(given["port"]))) as made:
        yield made


def over(wire: Wire, database_url: str) -> psycopg.Connection[TupleRow]:
    """A connection over the wire."""
    return session(make_conninfo(database_url, host="127.0.0.1", port=wire.port), "cot_append")


@pytest.mark.parametrize("names", ["b", "bc"], ids=["one event", "two events"])
def test_an_append_whose_answer_was_lost_is_recognised_when_repeated(
    observer: PostgresStore, wire: Wire, database_url: str, names: str
) -> None:
    first = tuple(started(f"first {name}") for name in names)
    write = StreamWrite("s", tuple(started(name) for name in names), at(len(names)))
    last = 2 * len(names)
    with over(wire, database_url) as connection:
        store = PostgresStore(lending(connection), plain_codec())
        # The statement is prepared by then: the next answer is that to the append itself.
        store.append(BAY, [StreamWrite("s", first, NO_STREAM)])
        wire.cut_at_next_answer()
        with pytest.raises(psycopg.OperationalError):
            store.append(BAY, [write])
    assert wire.was_cut.is_set()
    assert observer.head(BAY).position == last
    with over(wire, database_url) as connection:
        again = PostgresStore(lending(connection), plain_codec()).append(BAY, [write])
    assert again.positions == tuple(range(len(names) + 1, last + 1))
    assert again.recognised
    assert again.recorded_at == observer.head(BAY).recorded_at
    assert observer.head(BAY).position == last


def test_an_append_that_never_reached_the_server_is_stored_when_repeated(
    observer: PostgresStore, database_url: str, connect: Connecting
) -> None:
    write = StreamWrite("s", (started("a"),), NO_STREAM)
    lost = session(database_url, "cot_append")
    connect(None).execute("SELECT pg_terminate_backend(%s)", (lost.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        PostgresStore(lending(lost), plain_codec()).append(BAY, [write])
    lost.close()
    assert not observer.append(BAY, [write]).recognised


def test_a_coalescing_store_gives_the_first_result_after_its_commit_was_lost(
    observer: PostgresStore, wire: Wire, database_url: str
) -> None:
    """It repeats the call by itself, over a new connection."""
    opened: list[psycopg.Connection[TupleRow]] = []

    def connect() -> psycopg.Connection[TupleRow]:
        if opened and not opened[-1].closed:
            opened[-1].close()
        opened.append(over(wire, database_url))
        return opened[-1]

    store = CoalescingStore(connect, plain_codec())
    store.append(BAY, [StreamWrite("s", (started("a"),), NO_STREAM)])
    wire.cut_at_next_answer()
    result = store.append(BAY, [StreamWrite("s", (started("b"),), at(1))])
    assert result.positions == (2,)
    assert wire.was_cut.is_set()
    store.close()
    opened[-1].close()
    assert observer.head(BAY).position == 2
