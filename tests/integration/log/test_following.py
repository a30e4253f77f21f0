"""Followers: woken when something was appended, and right even when nobody wakes them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic

import psycopg
import pytest

from events.follow import (
    Checkpoints,
    MemoryCheckpoints,
    PostgresCheckpoints,
    batches,
    wait_for_append,
)
from events.postgres import PostgresStore
from events.store import ANY_VERSION, StreamWrite
from tests.integration.log.conftest import DISTRICT, Connecting
from tests.support.log import BEGINS, ZONE, lending, session, started
from tests.support.steps import stage
from tests.support.tailing import Tail, verdict


@pytest.fixture(params=["memory", "postgres"])
def checkpoints(
    request: pytest.FixtureRequest, store: PostgresStore, connect: Connecting
) -> Checkpoints:
    """Checkpoints of each kind."""
    if request.param == "memory":
        return MemoryCheckpoints()
    return PostgresCheckpoints(lending(connect("cot_project")))


def test_a_checkpoint_begins_at_zero_and_moves_by_swap(checkpoints: Checkpoints) -> None:
    assert checkpoints.load("f", DISTRICT) == 0
    assert checkpoints.swap("f", DISTRICT, expected=0, position=3)
    assert checkpoints.load("f", DISTRICT) == 3
    assert checkpoints.swap("f", DISTRICT, expected=3, position=5)
    assert checkpoints.load("f", DISTRICT) == 5


@pytest.mark.parametrize("expected", [0, 2, 4, 99])
def test_a_checkpoint_that_stands_elsewhere_does_not_move(
    checkpoints: Checkpoints, expected: int
) -> None:
    checkpoints.swap("f", DISTRICT, expected=0, position=3)
    assert not checkpoints.swap("f", DISTRICT, expected=expected, position=5)
    assert checkpoints.load("f", DISTRICT) == 3


def test_a_checkpoint_that_does_not_exist_stands_at_zero_only(checkpoints: Checkpoints) -> None:
    assert not checkpoints.swap("f", DISTRICT, expected=1, position=5)
    assert checkpoints.load("f", DISTRICT) == 0


def test_a_checkpoint_put_at_zero_can_be_moved_from_zero(checkpoints: Checkpoints) -> None:
    assert checkpoints.swap("f", DISTRICT, expected=0, position=0)
    assert checkpoints.swap("f", DISTRICT, expected=0, position=2)
    assert checkpoints.load("f", DISTRICT) == 2


def test_followers_and_districts_have_checkpoints_of_their_own(
    checkpoints: Checkpoints, store: PostgresStore
) -> None:
    store.create_log("hill", clock="server", time_zone=ZONE)
    checkpoints.swap("f", DISTRICT, expected=0, position=1)
    checkpoints.swap("g", DISTRICT, expected=0, position=2)
    checkpoints.swap("f", "hill", expected=0, position=3)
    places = [checkpoints.load(*key) for key in (("f", DISTRICT), ("g", DISTRICT), ("f", "hill"))]
    assert places == [1, 2, 3]


@pytest.mark.parametrize("begun", [False, True])
def test_of_many_followers_that_swap_at_once_one_advances(
    filled: PostgresStore, database_url: str, *, begun: bool
) -> None:
    at_once = Barrier(6)
    if begun:
        with session(database_url, "cot_project") as connection:
            PostgresCheckpoints(lending(connection)).swap("f", DISTRICT, expected=0, position=2)

    def advance(number: int) -> bool:
        with session(database_url, "cot_project") as connection:
            mine = PostgresCheckpoints(lending(connection))
            stands = mine.load("f", DISTRICT)
            at_once.wait(20)
            return mine.swap("f", DISTRICT, expected=stands, position=stands + 1 + number % 2)

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(advance, range(6))) == 1


def test_a_follower_that_slept_through_the_advance_of_another_writes_nothing(
    filled: PostgresStore, database_url: str
) -> None:
    """What a follower writes goes with its swap in one transaction: a lost swap takes it back."""
    with stage(database_url) as stage_:
        sleeper, other = stage_.session("cot_project"), stage_.session("cot_project")
        mine = PostgresCheckpoints(lending(sleeper.connection))
        theirs = PostgresCheckpoints(lending(other.connection))
        stands = sleeper.do(lambda _: mine.load("f", DISTRICT))
        assert other.do(lambda _: theirs.swap("f", DISTRICT, expected=0, position=6))
        assert not sleeper.do(lambda _: mine.swap("f", DISTRICT, expected=stands, position=4))
        assert theirs.load("f", DISTRICT) == 6


def test_of_two_swaps_under_way_the_second_waits_and_then_gives_way(
    filled: PostgresStore, database_url: str
) -> None:
    with stage(database_url) as stage_:
        first, second = stage_.session("cot_project"), stage_.session("cot_project")
        firsts = PostgresCheckpoints(lending(first.connection))
        seconds = PostgresCheckpoints(lending(second.connection))
        first.do(lambda connection: connection.execute("BEGIN"))
        assert first.do(lambda _: firsts.swap("f", DISTRICT, expected=0, position=3))
        waiting = second.begin(lambda _: seconds.swap("f", DISTRICT, expected=0, position=5))
        stage_.wait_until_behind(second, first)
        first.do(lambda connection: connection.execute("COMMIT"))
        assert waiting.result(20) is False
        assert firsts.load("f", DISTRICT) == 3


def test_a_checkpoint_below_zero_or_of_no_district_is_refused(
    store: PostgresStore, connect: Connecting
) -> None:
    checkpoints = PostgresCheckpoints(lending(connect("cot_project")))
    with pytest.raises(psycopg.errors.CheckViolation):
        checkpoints.swap("f", DISTRICT, expected=0, position=-1)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        checkpoints.swap("f", "nowhere", expected=0, position=1)


@pytest.mark.parametrize(("after", "size"), [(0, 1), (0, 4), (2, 4), (0, 6), (0, 100), (6, 3)])
def test_batches_are_dense_and_end_at_the_head(
    filled: PostgresStore, after: int, size: int
) -> None:
    read = list(batches(filled, DISTRICT, after=after, size=size))
    assert all(0 < len(batch) <= size for batch in read)
    assert [e.position for batch in read for e in batch] == list(range(after + 1, 7))


Waiting = Callable[[float], frozenset[str]]


@pytest.fixture
def wait(connect: Connecting) -> Waiting:
    """Waits on one connection that listens, as a follower does."""
    connection = connect(None)
    return lambda at_most: wait_for_append(connection, at_most=at_most)


def test_an_announcement_wakes_a_follower_at_once(store: PostgresStore, wait: Waiting) -> None:
    assert wait(0) == frozenset()  # listens from here on
    store.announce(DISTRICT)
    started_at = monotonic()
    assert wait(30) == {DISTRICT}
    assert monotonic() - started_at < 10


def test_an_announcement_wakes_a_follower_that_waits(
    store: PostgresStore, wait: Waiting, connect: Connecting
) -> None:
    wait(0)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(wait, 30)
        store.announce(DISTRICT)
        assert waiting.result(20) == {DISTRICT}


def test_announcements_between_two_waits_are_not_lost(store: PostgresStore, wait: Waiting) -> None:
    wait(0)
    store.announce(DISTRICT)
    assert wait(30) == {DISTRICT}
    for district in ("hill", DISTRICT, "dale", "hill"):
        store.announce(district)
    told: set[str] = set()
    while len(told) < 3:
        named = wait(30)
        assert named
        told |= named
    assert told == {"hill", "dale", DISTRICT}


def test_a_wait_that_nobody_ends_ends_by_itself(store: PostgresStore, wait: Waiting) -> None:
    started_at = monotonic()
    assert wait(0.2) == frozenset()
    assert 0.1 < monotonic() - started_at < 10


def test_what_was_appended_without_a_word_is_found_by_the_next_poll(
    filled: PostgresStore, wait: Waiting, connect: Connecting
) -> None:
    """A wake-up may be lost; nothing depends on it."""
    tail = Tail(filled, PostgresCheckpoints(lending(connect("cot_project"))), DISTRICT)
    assert wait(0) == frozenset()
    assert tail.read_on() == 6
    write = StreamWrite("s-9", (started("unannounced"),), ANY_VERSION)
    filled.append(DISTRICT, [write], recorded_at=filled.head(DISTRICT).recorded_at)
    assert wait(0.05) == frozenset()
    assert tail.read_on() == 1
    assert tail.seen[-1].event_id == started("unannounced").event_id


def test_a_follower_whose_connection_is_lost_hears_of_it_and_goes_on_with_another(
    store: PostgresStore, connect: Connecting
) -> None:
    listening = connect(None)
    wait_for_append(listening, at_most=0)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(wait_for_append, listening, at_most=30)
        connect(None).execute("SELECT pg_terminate_backend(%s)", (listening.info.backend_pid,))
        with pytest.raises(psycopg.OperationalError):
            waiting.result(20)
    store.append(
        DISTRICT, [StreamWrite("s", (started("meanwhile"),), ANY_VERSION)], recorded_at=BEGINS
    )
    tail = Tail(store, PostgresCheckpoints(lending(connect("cot_project"))), DISTRICT)
    another = connect(None)
    assert wait_for_append(another, at_most=0) == frozenset()
    assert tail.read_on() == 1
    assert verdict(tail, {started("meanwhile").event_id}).holds
