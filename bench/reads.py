"""Reading: pages of the log, and one long stream folded to its state."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from bench.district import DISTRICT, TIME_ZONE
from bench.floors import FLOOR
from bench.harness import Contestant, Race, Work
from bench.peers import PEER, Peer
from bench.place import Place
from bench.samples import DAY, in_envelope
from bench.statements import statement
from domain.facts.activity import ActivityPlanned, ActivityProgressNoted, ActivityStarted
from domain.folding import fold
from domain.message import DomainEvent
from events.statements import statement as log_statement
from events.store import ANY_VERSION, EventStore, StreamWrite

PAGE = 1000
OURS = "cot"
RAW = "cot, rows undecoded"
UNDECODED = "eventsourcing, undecoded"
FLOOR_FIELD = "floor, one field"
LONG = 2000
LONG_DISTRICT = "bench-streams"
LONG_STREAM = "activity-A-long"

READ = f"read the log in pages of {PAGE}"
REHYDRATE = f"fold a stream of {LONG} events"


@contextmanager
def races(place: Place, peer: Peer, recorded: int) -> Iterator[list[Race]]:
    """Lend the races over a recorded district of so many events; the peer gets as many."""
    store = place.engine.store
    made = peer.documents(LONG)
    ids = [peer.save_stream(made) for _ in range(max(1, recorded // LONG))]
    _record_long_stream(store)
    with place.connect() as scanning, place.connect() as reading:
        scanning.execute(statement("settle"))
        scanning.execute(statement("scan_only"))
        yield [
            Race(
                READ,
                "event",
                (
                    Contestant(OURS, lambda calls: _pages(store, calls)),
                    Contestant(RAW, lambda calls: _raw_pages(reading, calls)),
                    Contestant(PEER, lambda calls: _their_pages(peer, calls, decode=True)),
                    Contestant(UNDECODED, lambda calls: _their_pages(peer, calls, decode=False)),
                    Contestant(FLOOR, lambda calls: scan(scanning, "scan", calls)),
                    Contestant(FLOOR_FIELD, lambda calls: scan(scanning, "scan_field", calls)),
                ),
            ),
            Race(
                REHYDRATE,
                "event",
                (
                    Contestant(OURS, lambda calls: _fold(store, calls)),
                    Contestant(PEER, lambda calls: _their_fold(peer, ids[0], calls)),
                ),
            ),
        ]


def scan(connection: psycopg.Connection[TupleRow], name: str, calls: int) -> Work:
    """Return the work of so many sequential scans of the whole log."""

    def work() -> int:
        total = 0
        for _ in range(calls):
            for (count,) in connection.execute(statement(name)):
                total += count
        return total

    return work


def _pages(store: EventStore, calls: int) -> Work:
    def work() -> int:
        count = after = 0
        for _ in range(calls):
            page = store.read_log(DISTRICT, after=after, limit=PAGE)
            count += len(page)
            after = page[-1].position if len(page) == PAGE else 0
        return count

    return work


def _raw_pages(connection: psycopg.Connection[TupleRow], calls: int) -> Work:
    def work() -> int:
        count = after = 0
        cursor = connection.cursor(binary=True)
        for _ in range(calls):
            given = {"district": DISTRICT, "after": after, "limit": PAGE}
            page = cursor.execute(log_statement("read/log"), given).fetchall()
            count += len(page)
            after = page[-1][1] if len(page) == PAGE else 0
        return count

    return work


def _their_pages(peer: Peer, calls: int, *, decode: bool) -> Work:
    def work() -> int:
        count = after = 0
        for _ in range(calls):
            page = peer.recorder.select_notifications(after, PAGE, inclusive_of_start=False)
            if decode:
                for each in page:
                    peer.app.mapper.to_domain_event(each)
            count += len(page)
            after = page[-1].id if len(page) == PAGE else 0
        return count

    return work


def _fold(store: EventStore, calls: int) -> Work:
    def work() -> int:
        count = 0
        for _ in range(calls):
            history = store.history(LONG_DISTRICT, LONG_STREAM)
            fold(LONG_STREAM, history.facts)
            count += len(history.facts)
        return count

    return work


def _their_fold(peer: Peer, stream: UUID, calls: int) -> Work:
    def work() -> int:
        count = 0
        for _ in range(calls):
            count += peer.app.repository.get(stream).version
        return count

    return work


def _record_long_stream(store: EventStore) -> None:
    store.create_log(LONG_DISTRICT, clock="server", time_zone=TIME_ZONE)
    events: list[DomainEvent] = [
        ActivityPlanned(
            activity="A-long",
            title="An HR partner for each network",
            units=("HR",),
            dimension=3,
            owner="a-head",
            starts_on=DAY,
            due_on=DAY,
        ),
        ActivityStarted(activity="A-long"),
    ]
    events += [
        ActivityProgressNoted(activity="A-long", schools_percent=number % 101)
        for number in range(LONG - len(events))
    ]
    made = tuple(in_envelope(event, "HR", DAY) for event in events)
    store.append(LONG_DISTRICT, [StreamWrite(LONG_STREAM, made, ANY_VERSION)])
