"""Whoever follows a log gets every event once and in order, whatever its writers go through."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from random import Random
from threading import Event, Lock
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import TupleRow

from events.coalescing import CoalescingStore
from events.errors import LogError, WrongExpectedVersion
from events.follow import PostgresCheckpoints
from events.postgres import PostgresStore, append_parameters, call_append
from events.store import ANY_VERSION, NO_STREAM, ExpectedVersion, StreamWrite
from events.verify import verify_log
from tests.integration.embedded.deadline import wait_until
from tests.integration.log.conftest import Connecting
from tests.support.broken_append import break_append
from tests.support.log import ZONE, event_id, lending, noted, plain_codec, session, started
from tests.support.steps import stage
from tests.support.tailing import Tail, verdict

BAY = "bay"
WRITERS, ROUNDS = 16, 10
Connection = psycopg.Connection[TupleRow]


@pytest.fixture
def tail(connect: Connecting) -> Tail:
    """A follower of a new district with a server clock."""
    store = PostgresStore(lending(connect("cot_append")), plain_codec())
    store.create_log(BAY, clock="server", time_zone=ZONE)
    reading = PostgresStore(lending(connect("cot_reader")), plain_codec())
    return Tail(reading, PostgresCheckpoints(lending(connect("cot_project"))), BAY)


def one(name: object, stream: str = "s") -> StreamWrite:
    return StreamWrite(stream, (started(name),), ANY_VERSION)


def call(connection: Connection, *writes: StreamWrite) -> str:
    """Call the append function in whatever transaction the connection is."""
    given = append_parameters(plain_codec(), BAY, writes, None, None)
    return call_append(connection.cursor(binary=True), given).outcome


class Writer:
    """One of many writers, with a connection of its own and bad luck now and then."""

    def __init__(self, url: str, number: int) -> None:
        self.url, self.number = url, number
        self.random = Random(number)
        self.connection = session(url, "cot_append")
        self.committed: set[UUID] = set()
        self.uncertain: set[UUID] = set()

    def run(self) -> None:
        """Append in many ways, each with its own end."""
        for round_number in range(ROUNDS):
            writes = self._writes(round_number)
            fate = self.random.choice(["append", "append", "commit", "roll back", "die"])
            getattr(self, "_" + fate.replace(" ", "_"))(writes)
        self.connection.close()

    def _writes(self, round_number: int) -> tuple[StreamWrite, ...]:
        """One event, several of one stream, or some of several streams that others use too."""
        streams = self.random.sample(["s-1", "s-2", "s-3"], self.random.randint(1, 3))
        return tuple(
            StreamWrite(
                stream,
                tuple(
                    noted((self.number, round_number, stream, n))
                    for n in range(self.random.randint(1, 3))
                ),
                ANY_VERSION,
            )
            for stream in streams
        )

    def _append(self, writes: tuple[StreamWrite, ...]) -> None:
        PostgresStore(lending(self.connection), plain_codec()).append(BAY, writes)
        self.committed |= ids(writes)

    def _commit(self, writes: tuple[StreamWrite, ...]) -> None:
        with self.connection.transaction():
            for write in writes:
                assert call(self.connection, write) == "appended"
        self.committed |= ids(writes)

    def _roll_back(self, writes: tuple[StreamWrite, ...]) -> None:
        with self.connection.transaction(force_rollback=True):
            assert call(self.connection, *writes) == "appended"

    def _die(self, writes: tuple[StreamWrite, ...]) -> None:
        """The server ends the connection between the append and its commit."""
        with suppress(psycopg.OperationalError), self.connection.transaction():
            assert call(self.connection, *writes) == "appended"
            with session(self.url) as killer:
                killer.execute(
                    "SELECT pg_terminate_backend(%s)", (self.connection.info.backend_pid,)
                )
            wait_until(lambda: _is_lost(self.connection), "the connection is lost")
        self.connection.close()
        self.connection = session(self.url, "cot_append")


def _is_lost(connection: Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return connection.closed
    return False


def ids(writes: tuple[StreamWrite, ...]) -> set[UUID]:
    return {new.event_id for write in writes for new in write.events}


def test_sixteen_writers_and_a_follower_that_misses_doubles_and_disorders_nothing(
    tail: Tail, database_url: str, connect: Connecting
) -> None:
    writers = [Writer(database_url, number) for number in range(WRITERS)]
    done = Event()

    def follow() -> int:
        passes = 0
        while not done.is_set():
            tail.read_on()
            passes += 1
        tail.read_on()
        return passes

    with ThreadPoolExecutor(WRITERS + 1) as threads:
        following = threads.submit(follow)
        writing = [threads.submit(writer.run) for writer in writers]
        try:
            for each in writing:
                each.result(60)
        finally:
            done.set()
        assert following.result(60) > 1
    committed = set().union(*(writer.committed for writer in writers))
    assert len(committed) > WRITERS * ROUNDS / 2
    assert verdict(tail, committed).holds
    head = tail.store.head(BAY)
    assert head.position == len(committed)
    assert verify_log(connect("cot_append"), plain_codec(), head) == []


def slow_before_fast(tail: Tail, url: str) -> set[UUID]:
    """A transaction takes the first position; one that came later tries to overtake it.

    Returns the events that were committed. The follower reads in between and at the end.
    """
    with stage(url) as stage_:
        slow, fast = stage_.session(), stage_.session()
        slow.do(lambda connection: connection.execute("BEGIN"))
        assert slow.do(lambda connection: call(connection, one("slow", "s-1"))) == "appended"
        overtaking: Future[str] = fast.begin(
            lambda connection: call(connection, one("fast", "s-2"))
        )
        wait_until(
            lambda: overtaking.done() or stage_.is_waiting(fast, behind=slow),
            "the later transaction is through, or waits for the earlier one",
        )
        tail.read_on()
        slow.do(lambda connection: connection.execute("COMMIT"))
        assert overtaking.result(20) == "appended"
    tail.read_on()
    return {started("slow").event_id, started("fast").event_id}


def test_a_slow_transaction_is_not_overtaken(tail: Tail, database_url: str) -> None:
    assert verdict(tail, slow_before_fast(tail, database_url)).holds
    assert [each.event_id for each in tail.seen] == [
        started("slow").event_id,
        started("fast").event_id,
    ]


def test_the_harness_catches_an_append_without_the_lock(tail: Tail, database_url: str) -> None:
    break_append(database_url)
    told = verdict(tail, slow_before_fast(tail, database_url))
    assert told.missed == {started("slow").event_id}
    assert not told.in_order


def test_a_rolled_back_append_leaves_no_hole(tail: Tail, database_url: str) -> None:
    with stage(database_url) as stage_:
        first, second = stage_.session(), stage_.session()
        first.do(lambda connection: connection.execute("BEGIN"))
        first.do(lambda connection: call(connection, one("gone"), one("gone too", "s-2")))
        waiting = second.begin(lambda connection: call(connection, one("kept")))
        stage_.wait_until_behind(second, first)
        assert tail.read_on() == 0
        first.do(lambda connection: connection.execute("ROLLBACK"))
        assert waiting.result(20) == "appended"
    tail.read_on()
    assert verdict(tail, {started("kept").event_id}).holds


def test_a_savepoint_that_is_rolled_back_gives_its_positions_back(
    tail: Tail, database_url: str
) -> None:
    with session(database_url, "cot_append") as connection, connection.transaction():
        call(connection, one("a"))
        with connection.transaction(force_rollback=True):
            call(connection, one("b"))
        call(connection, one("c"))
    tail.read_on()
    assert verdict(tail, {started("a").event_id, started("c").event_id}).holds


def test_districts_do_not_wait_for_each_other(tail: Tail, database_url: str) -> None:
    with stage(database_url) as stage_:
        holding, other = stage_.session(), stage_.session()
        holding.do(lambda connection: connection.execute("BEGIN"))
        holding.do(lambda connection: call(connection, one("a")))
        store = PostgresStore(lending(other.connection), plain_codec())
        other.do(lambda _: store.create_log("hill", clock="server", time_zone=ZONE))
        assert other.do(lambda _: store.append("hill", [one("b")])).positions == (1,)
        holding.do(lambda connection: connection.execute("ROLLBACK"))


def test_a_long_transaction_elsewhere_hides_nothing(
    tail: Tail, database_url: str, connect: Connecting
) -> None:
    other = connect(None)
    other.execute("CREATE TABLE elsewhere (x int)")
    with other.transaction():
        other.execute("INSERT INTO elsewhere VALUES (1)")
        call(connect("cot_append"), one("a"))
        assert tail.read_on() == 1


def test_who_asks_what_was_known_waits_for_an_append_under_way(
    tail: Tail, database_url: str
) -> None:
    """Else the answer for a moment could change when that append is committed."""
    with stage(database_url) as stage_:
        writing, asking = stage_.session(), stage_.session("cot_reader")
        writing.do(lambda connection: connection.execute("BEGIN"))
        writing.do(lambda connection: call(connection, one("a")))
        row = asking.do(lambda c: c.execute("SELECT clock_timestamp()").fetchone())
        assert row is not None
        store = PostgresStore(lending(asking.connection), plain_codec())
        answer = asking.begin(lambda _: store.position_known_at(BAY, row[0]))
        stage_.wait_until_behind(asking, writing)
        writing.do(lambda connection: connection.execute("COMMIT"))
        assert answer.result(20) == 1
        assert store.position_known_at(BAY, row[0]) == 1


def test_one_of_two_writers_at_one_version_wins_and_the_other_is_told(
    tail: Tail, database_url: str
) -> None:
    lock = Lock()
    outcomes: list[UUID] = []
    told: list[int] = []

    def race(number: int) -> None:
        with session(database_url, "cot_append") as connection:
            store = PostgresStore(lending(connection), plain_codec())
            for round_number in range(8):
                write = StreamWrite(
                    f"s-{round_number}", (started((number, round_number)),), NO_STREAM
                )
                try:
                    store.append(BAY, [write])
                except WrongExpectedVersion as lost:
                    with lock:
                        told.append(lost.actual)
                else:
                    with lock:
                        outcomes.append(event_id((number, round_number)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(race, range(8)))
    assert (len(outcomes), told) == (8, [1] * 56)
    tail.read_on()
    assert len(tail.seen) == 8


def test_coalesced_appends_of_many_threads_keep_order_and_each_its_own_fate(
    tail: Tail, database_url: str
) -> None:
    refused: list[str] = []
    committed: set[UUID] = set()
    lock = Lock()
    with session(database_url, "cot_append") as connection:
        store = CoalescingStore(lending(connection), plain_codec())

        def work(number: int) -> None:
            for round_number in range(12):
                name = (number, round_number)
                # Every writer has a stream of its own, and every fourth call is a bad one.
                version = 99 if round_number % 4 == 3 else None
                write = StreamWrite(f"w-{number}", (started(name),), ExpectedVersion(version))
                try:
                    store.append(BAY, [write])
                except LogError as error:
                    with lock:
                        refused.append(type(error).__name__)
                else:
                    with lock:
                        committed.add(started(name).event_id)

        with ThreadPoolExecutor(16) as threads:
            list(threads.map(work, range(16)))
        store.close()
        with pytest.raises(LogError, match="closed"):
            store.append(BAY, [one("too late")])
        store.close()
    assert refused == ["WrongExpectedVersion"] * 16 * 3
    tail.read_on()
    assert verdict(tail, committed).holds
    assert len(committed) == 16 * 9
    for number in range(16):
        mine = [each.event_id for each in tail.seen if each.stream == f"w-{number}"]
        assert mine == [event_id((number, n)) for n in range(12) if n % 4 != 3]
