"""Calls that are committed together: each keeps its own checks, places, values and outcome."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from hashlib import sha256

import psycopg
import pytest
from psycopg.rows import TupleRow

from domain.facts.activity import ActivityProgressNoted
from events.coalescing import CoalescingStore
from events.errors import (
    BatchPartlyKnown,
    ConditionFailed,
    IdReused,
    LogError,
    UnknownFact,
    WrongExpectedVersion,
)
from events.postgres import PostgresStore
from events.store import ANY_VERSION, NO_STREAM, Appended, StreamWrite, Unless, at
from events.verify import verify_log
from tests.integration.embedded.deadline import wait_until
from tests.integration.log.conftest import Connecting
from tests.support.log import ZONE, lending, noted, plain_codec, session, started, write
from tests.support.steps import Stage, stage

BAY = "bay"
Gathered = Callable[[Sequence[Callable[[CoalescingStore], Appended]]], list[Future[Appended]]]


@pytest.fixture
def plain(connect: Connecting) -> PostgresStore:
    """A store beside the coalescing one, with a new district and one event in stream `old`."""
    store = PostgresStore(lending(connect("cot_append")), plain_codec())
    store.create_log(BAY, clock="server", time_zone=ZONE)
    store.append(BAY, [write(noted("old", "old words"), stream="old")])
    return store


@contextmanager
def gathering(url: str) -> Iterator[Gathered]:
    """Lets calls gather behind one that waits for the district's lock: they share a transaction."""
    with stage(url) as stage_, session(url, "cot_append") as connection:
        store = CoalescingStore(lending(connection), plain_codec())
        with ThreadPoolExecutor(20) as threads:

            def gather(
                calls: Sequence[Callable[[CoalescingStore], Appended]],
            ) -> list[Future[Appended]]:
                holding = stage_.session("cot_owner")
                holding.sql("BEGIN")
                holding.sql("SELECT FROM cot_log.log FOR SHARE")
                first = threads.submit(store.append, BAY, [write(started("first"), stream="f")])
                wait_until(lambda: waits(stage_, connection), "the first call is at the lock")
                futures = []
                for number, call in enumerate(calls, start=1):
                    futures.append(threads.submit(call, store))
                    wait_until(partial(queues, store, number), "the call is queued")
                holding.sql("COMMIT")
                first.result(20)
                return futures

            yield gather
            store.close()


def queues(store: CoalescingStore, number: int) -> bool:
    return store._waiting.qsize() == number


def waits(stage_: Stage, connection: psycopg.Connection[TupleRow]) -> bool:
    row = stage_._watcher.execute(
        "SELECT cardinality(pg_blocking_pids(%s))", (connection.info.backend_pid,)
    ).fetchone()
    return row == (1,)


def outcome(call: Future[Appended]) -> object:
    """The positions and whether they were recognised, or the kind of refusal."""
    try:
        result = call.result(20)
    except LogError as error:
        return type(error)
    return (result.positions, result.recognised)


def appending(
    *writes: StreamWrite, unless: Unless | None = None
) -> Callable[[CoalescingStore], Appended]:
    return lambda store: store.append(BAY, writes, unless=unless)


def test_calls_that_are_joined_keep_their_own_places_and_personal_values(
    plain: PostgresStore, database_url: str, connect: Connecting
) -> None:
    calls = [
        appending(
            write(noted("a1", "of a1", reason="why a1"), started("a2"), stream="a"),
            write(noted("a3", "of a3"), stream="a-other"),
        ),
        appending(write(started("b1"), stream="b", expected=NO_STREAM)),
        appending(write(stream="untouched", expected=NO_STREAM)),
        appending(
            write(noted("c1", "of c1", corrects=noted("old").event_id), stream="c"),
            write(noted("c2", "of c2", reason="why c2"), stream="c-other"),
        ),
    ]
    with gathering(database_url) as gather:
        told = [outcome(call) for call in gather(calls)]
    assert told == [
        ((3, 4, 5), False),
        ((6,), False),
        ((), False),
        ((7, 8), False),
    ]
    log = plain.read_log(BAY, after=2, limit=99)
    assert [(e.stream, e.stream_version) for e in log] == [
        ("a", 1),
        ("a", 2),
        ("a-other", 1),
        ("b", 1),
        ("c", 1),
        ("c-other", 1),
    ]
    words = [e.event.note for e in log if isinstance(e.event, ActivityProgressNoted)]
    assert words == ["of a1", "of a3", "of c1", "of c2"]
    assert [e.reason for e in log] == ["why a1", None, None, None, None, "why c2"]
    assert log[4].fact_position == 1
    assert verify_log(connect("cot_append"), plain_codec(), plain.head(BAY)) == []


def test_each_of_many_calls_that_cannot_all_succeed_gets_its_own_answer(
    plain: PostgresStore, database_url: str, connect: Connecting
) -> None:
    calls = [
        appending(write(noted("a1"), stream="a", expected=NO_STREAM)),
        appending(write(noted("old", "old words"), stream="old", expected=NO_STREAM)),
        appending(write(noted("old", "other words"), stream="old")),
        appending(write(started("b1"), stream="b", expected=at(7))),
        appending(write(noted("c1", corrects=noted("a1").event_id), stream="c")),
        appending(write(noted("d1", corrects=noted("nowhere").event_id), stream="d")),
        appending(write(started("e1"), stream="a", expected=at(1))),
        appending(write(started("f1"), stream="a", expected=at(1))),
        appending(write(noted("a1"), stream="a", expected=NO_STREAM)),
        appending(write(noted("a1"), noted("g2"), stream="a")),
        appending(
            write(started("h1"), stream="h"),
            unless=Unless("activity:A1", ("ActivityStarted",), after=0),
        ),
        appending(write(started("i1"), stream="i")),
    ]
    with gathering(database_url) as gather:
        told = [outcome(call) for call in gather(calls)]
    assert told == [
        ((3,), False),
        ((1,), True),
        IdReused,
        WrongExpectedVersion,
        ((4,), False),
        UnknownFact,
        ((5,), False),
        WrongExpectedVersion,
        ((3,), True),
        BatchPartlyKnown,
        ConditionFailed,
        ((6,), False),
    ]
    assert plain.head(BAY).position == 6
    assert plain.read_log(BAY, after=3, limit=1)[0].fact_position == 3
    assert verify_log(connect("cot_append"), plain_codec(), plain.head(BAY)) == []


def test_a_call_that_breaks_the_shared_transaction_fails_alone(
    plain: PostgresStore, database_url: str
) -> None:
    """The database itself refuses a stream's name that no index can hold, even compressed."""
    endless = "".join(sha256(bytes([n])).hexdigest() for n in range(200))
    calls = [
        appending(write(started("a"), stream="a")),
        appending(write(started("bad"), stream=endless)),
        appending(write(started("b"), stream="b")),
    ]
    with gathering(database_url) as gather:
        first, bad, last = gather(calls)
        assert outcome(first) == ((3,), False)
        assert outcome(last) == ((4,), False)
        with pytest.raises(psycopg.errors.ProgramLimitExceeded):
            bad.result(20)
    assert plain.head(BAY).position == 4


def test_calls_of_several_districts_are_committed_together(
    plain: PostgresStore, database_url: str
) -> None:
    plain.create_log("a-hill", clock="server", time_zone=ZONE)
    writes = [StreamWrite("s", (started("x"),), ANY_VERSION)]
    with gathering(database_url) as gather:
        told = gather(
            [
                lambda store: store.append(BAY, writes),
                lambda store: store.append("a-hill", writes),
                lambda store: store.append("nowhere", writes),
            ]
        )
        assert [outcome(call) for call in told[:2]] == [((3,), False), ((1,), False)]
        assert outcome(told[2]).__name__ == "UnknownLog"  # type: ignore[attr-defined]


def test_what_waits_when_the_store_is_closed_is_still_answered(
    plain: PostgresStore, connect: Connecting
) -> None:
    store = CoalescingStore(lending(connect("cot_append")), plain_codec())
    with ThreadPoolExecutor(8) as threads:
        calls = [
            threads.submit(store.append, BAY, [write(started(n), stream=f"s-{n}")])
            for n in range(40)
        ]
        store.close()
        told = [outcome(call) for call in calls]
    stored = [each for each in told if each is not LogError]
    assert plain.head(BAY).position == 1 + len(stored)
    with pytest.raises(LogError, match="closed"):
        store.append(BAY, [write(started("too late"))])
    store.close()
