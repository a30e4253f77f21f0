"""Appending: 1 to 1000 events a call, one writer and sixteen, beside the peer.

What is timed begins with typed events on our side (validation is past, encoding and hashing are
not), and with encoded ones on the peer's, where its recorder is called directly. The version of the
stream is checked by both. Each contestant writes one stream a run; each of sixteen writers has its
own.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from uuid import uuid4

from bench.floors import FLOOR, Floors
from bench.harness import Contestant, Race, Work
from bench.peers import MOST_AT_ONCE, PEER, Peer, Stream
from bench.place import Place
from bench.samples import facts
from events.coalescing import CoalescingStore
from events.store import EventStore, StreamWrite, at

DISTRICT = "bench-appends"
WRITERS = 16
OURS = "cot"
TOGETHER = "cot, coalescing"
SAVE = "eventsourcing, app.save"


@contextmanager
def races(place: Place, peer: Peer) -> Iterator[list[Race]]:
    """Lend the races; the district is begun and the writing thread ended around them."""
    store = place.engine.store
    store.create_log(DISTRICT, clock="server", time_zone="America/Los_Angeles")
    together = CoalescingStore(place.engine.appending, place.engine.codec)
    with Floors(place) as floors:
        yield [
            *(_one_writer(store, peer, floors, size) for size in (1, 10, 100, 1000)),
            *(_many_writers(store, together, peer, size) for size in (1, 10, 100, 1000)),
        ]
    together.close()


def title(size: int, writers: int = 1) -> str:
    """Return the title of the race with so many events a call and so many writers."""
    what = "1 event" if size == 1 else f"{size} events"
    return f"append {what} a call" + (f", {writers} writers" if writers > 1 else "")


def _one_writer(store: EventStore, peer: Peer, floors: Floors, size: int) -> Race:
    most = 40_000 // size
    contestants = [
        Contestant(OURS, lambda calls: _ours(store, size, calls), most),
        Contestant(PEER, lambda calls: _theirs(peer, size, calls), most),
    ]
    if size == 100:
        contestants.append(Contestant(SAVE, lambda calls: _saved(peer, size, calls), most))
    if size == 1:
        contestants.append(Contestant(FLOOR, floors.insert, most))
    if size == 1000:
        contestants.append(Contestant(FLOOR, lambda calls: floors.copy(calls, size), most))
    return Race(title(size), "event", tuple(contestants))


def _many_writers(store: EventStore, together: EventStore, peer: Peer, size: int) -> Race:
    def by(work: Callable[[int], Work]) -> Callable[[int], Work]:
        return lambda calls: at_once([work(calls) for _ in range(WRITERS)])

    most = 2_000 // size
    return Race(
        title(size, WRITERS),
        "event",
        (
            Contestant(TOGETHER, by(lambda calls: _ours(together, size, calls)), most),
            Contestant(OURS, by(lambda calls: _ours(store, size, calls)), most),
            Contestant(PEER, by(lambda calls: _theirs(peer, size, calls)), most),
        ),
    )


def _ours(store: EventStore, size: int, calls: int) -> Work:
    stream = f"activity-{uuid4().hex}"
    made = facts(size * calls)
    writes = [
        StreamWrite(stream, made[first : first + size], at(first))
        for first in range(0, len(made), size)
    ]

    def work() -> int:
        for write in writes:
            store.append(DISTRICT, [write])
        return len(made)

    return work


def _theirs(peer: Peer, size: int, calls: int) -> Work:
    made = peer.stored(size * calls)
    step = min(size, MOST_AT_ONCE)
    batches = [made[first : first + step] for first in range(0, len(made), step)]

    def work() -> int:
        for batch in batches:
            peer.recorder.insert_events(batch)
        return len(made)

    return work


def _saved(peer: Peer, size: int, calls: int) -> Work:
    stream, documents = Stream(), peer.documents(size * calls)

    def work() -> int:
        for first in range(0, len(documents), size):
            for document in documents[first : first + size]:
                stream.record(document)
            peer.app.save(stream)
        return len(documents)

    return work


def at_once(works: Sequence[Work]) -> Work:
    """Return the work of all, done by as many threads that start together."""

    def all_of_it() -> int:
        start = Barrier(len(works))

        def one(work: Work) -> int:
            start.wait()
            return work()

        with ThreadPoolExecutor(len(works)) as pool:
            return sum(pool.map(one, works))

    return all_of_it
