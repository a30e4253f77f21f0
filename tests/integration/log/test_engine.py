"""The store as the engine makes it: pools, roles, many threads, and a server whose clock is wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from cot_flows.bootstrap import Engine
from cot_flows.settings import Settings
from domain.facts.unit import UnitRegistered
from events.errors import ClockAhead, TimeNotYetKnown
from events.postgres import PostgresStore
from events.store import ANY_VERSION, StreamWrite
from tests.integration.log.conftest import Connecting
from tests.support.log import ZONE, new, plain_codec, started

BAY = "bay"


@pytest.fixture
def begun(engine: Engine) -> Engine:
    """The engine with a new district that has a server clock."""
    engine.store.create_log(BAY, clock="server", time_zone=ZONE)
    return engine


def one(name: object) -> StreamWrite:
    return StreamWrite("s", (started(name),), ANY_VERSION)


def test_each_pool_lends_connections_in_its_own_role_and_with_a_time_limit(
    engine: Engine,
) -> None:
    for lend, role in (
        (engine.appending, "cot_append"),
        (engine.projecting, "cot_project"),
        (engine.reading, "cot_reader"),
    ):
        with lend() as connection:
            row = connection.execute(
                "SELECT current_user::text, current_setting('statement_timeout')"
            ).fetchone()
            assert row == (role, "5min")
            assert connection.autocommit


def test_threads_that_come_first_at_once_share_one_pool(begun: Engine) -> None:
    at_once = Barrier(12)

    def append(number: int) -> tuple[int, ...]:
        at_once.wait(20)
        return begun.store.append(BAY, [one(number)]).positions

    with ThreadPoolExecutor(12) as threads:
        positions = sorted(threads.map(append, range(12)))
    assert positions == [(number,) for number in range(1, 13)]
    assert len(begun._pools) == 1


def test_opening_a_pool_makes_it_once_however_many_ask(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    plain = ConnectionPool.__init__

    def counting(self: object, *given: object, **named: object) -> None:
        made.append(str(named.get("name")))
        plain(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(ConnectionPool, "__init__", counting)
    at_once = Barrier(8)
    with Engine(Settings(database_url=database_url), database_url, None) as engine:

        def read(_: int) -> None:
            at_once.wait(20)
            with engine.reading() as connection:
                connection.execute("SELECT 1")

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(read, range(8)))
    assert made == ["cot_reader"]


def test_no_question_needs_two_connections_at_once(database_url: str) -> None:
    """Else as many questions as the pool has connections would wait for each other for ever."""

    def take_on(connection: Connection[TupleRow]) -> None:
        connection.execute("SET ROLE cot_append")

    pool: ConnectionPool[Connection[TupleRow]] = ConnectionPool(
        database_url,
        min_size=1,
        max_size=1,
        timeout=5,
        kwargs={"autocommit": True},
        configure=take_on,
        open=True,
    )
    with pool:
        store = PostgresStore(pool.connection, plain_codec())
        store.create_log(
            BAY, clock="simulated", time_zone="UTC", begins_at=datetime(2026, 1, 1, tzinfo=UTC)
        )
        moment = datetime(2026, 1, 2, 12, tzinfo=UTC)
        store.append(BAY, [one("a")], recorded_at=moment)
        assert store.append(BAY, [one("a")], recorded_at=moment).recognised
        assert store.position_known_at(BAY, moment) == 1
        assert store.position_known_at(BAY, moment.date()) == 1
        assert len(store.read_log(BAY, after=0, limit=5)) == 1
        store.announce(BAY)


def test_salts_of_the_product_are_never_the_same_twice(begun: Engine) -> None:
    write = StreamWrite(
        "u",
        tuple(
            new(UnitRegistered(unit=f"U{n}", name="A unit"), n, reason="the same reason")
            for n in range(20)
        ),
        ANY_VERSION,
    )
    begun.store.append(BAY, [write])
    with begun.reading() as connection:
        rows = connection.execute("SELECT DISTINCT salt FROM cot_log.event_personal").fetchall()
    assert len(rows) == 20


def test_an_append_is_refused_while_the_head_lies_minutes_ahead_of_the_servers_clock(
    begun: Engine, connect: Connecting
) -> None:
    begun.store.append(BAY, [one("a")])
    superuser = connect(None)
    superuser.execute(
        "UPDATE cot_log.log SET head_recorded_at = clock_timestamp() + interval '1 minute'"
    )
    ahead = begun.store.head(BAY).recorded_at
    assert begun.store.append(BAY, [one("b")]).recorded_at == ahead
    superuser.execute(
        "UPDATE cot_log.log SET head_recorded_at = clock_timestamp() + interval '3 minutes'"
    )
    with pytest.raises(ClockAhead, match="set the server's clock right"):
        begun.store.append(BAY, [one("c")])
    assert begun.store.head(BAY).position == 2
    assert begun.store.append(BAY, [one("a")]).recognised


def test_a_time_before_a_head_that_lies_ahead_of_the_servers_clock_is_answered(
    begun: Engine, connect: Connecting
) -> None:
    begun.store.append(BAY, [one("a")])
    connect(None).execute(
        "UPDATE cot_log.log SET head_recorded_at = clock_timestamp() + interval '1 minute'"
    )
    ahead = begun.store.append(BAY, [one("b")]).recorded_at
    assert begun.store.position_known_at(BAY, ahead - timedelta(microseconds=1)) == 1
    with pytest.raises(TimeNotYetKnown):
        begun.store.position_known_at(BAY, ahead)
