"""Projections over a district of about twenty thousand events: refreshed, rebuilt, asked as of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
from psycopg.rows import TupleRow

from bench.district import DISTRICT, one_more
from bench.floors import FLOOR
from bench.harness import Contestant, Race, Work
from bench.peers import PEER, PeerProjection
from bench.place import Place
from bench.reads import scan
from bench.statements import statement
from cot_flows.bootstrap import Engine
from cot_flows.projecting import project, project_one, rebuild_one, today_of
from projections.catalogue import PROJECTIONS
from projections.reading import read

NAMES = tuple(projection.name for projection in PROJECTIONS)
ONE_KEY = {
    "unit_progress": "unit:HR",
    "activity_timeline": "activity:A-HR-1",
    "review_queue": "review:R-HR-5",
    "evidence_freshness": "unit:HR",
}
ALL = "all four"
REBUILD_ALL = "all four rebuilt"

REFRESH = "record one event, refresh"
REBUILD = "rebuild"
AS_OF = "as of, all keys"
AS_OF_ONE = "as of, one key"
LIVE_ONE = "live, one key"


@contextmanager
def races(place: Place, peer: PeerProjection) -> Iterator[list[Race]]:
    """Lend the races over the recorded district."""
    engine = place.engine
    project(engine, DISTRICT)
    with place.connect() as scanning, engine.reading() as asking:
        scanning.execute(statement("settle"))
        scanning.execute(statement("scan_only"))
        floor = Contestant(FLOOR, lambda calls: scan(scanning, "scan_field", calls))
        yield [
            _refreshing(engine),
            _rebuilding(engine, floor, peer),
            *_asking(engine, asking, floor),
        ]


def _refreshing(engine: Engine) -> Race:
    numbers = count()

    def recorded_and(refresh: Callable[[], object]) -> Callable[[int], Work]:
        def prepare(calls: int) -> Work:
            project(engine, DISTRICT)

            def work() -> int:
                for _ in range(calls):
                    one_more(engine.store, next(numbers))
                    refresh()
                return calls

            return work

        return prepare

    def one(name: str) -> Contestant:
        return Contestant(name, recorded_and(lambda: project_one(engine, name, DISTRICT)), 200)

    return Race(
        REFRESH,
        "refresh",
        (
            Contestant(ALL, recorded_and(lambda: project(engine, DISTRICT)), 200),
            *(one(name) for name in NAMES),
            Contestant(REBUILD_ALL, recorded_and(lambda: _rebuild_all(engine)), 1),
        ),
    )


def _rebuild_all(engine: Engine) -> None:
    for name in NAMES:
        rebuild_one(engine, name, DISTRICT)


def _rebuilding(engine: Engine, floor: Contestant, peer: PeerProjection) -> Race:
    def one(name: str) -> Contestant:
        def prepare(calls: int) -> Work:
            def work() -> int:
                return sum(rebuild_one(engine, name, DISTRICT).position for _ in range(calls))

            return work

        return Contestant(name, prepare)

    theirs = Contestant(PEER, peer.prepare, most_calls=10)
    return Race(REBUILD, "event", (*(one(name) for name in NAMES), theirs, floor))


def _asking(
    engine: Engine, connection: psycopg.Connection[TupleRow], floor: Contestant
) -> Iterator[Race]:
    today = today_of(engine, DISTRICT)

    def one(name: str, keys: list[str] | None, *, before: bool) -> Contestant:
        def prepare(calls: int) -> Work:
            project(engine, DISTRICT)
            # The position before the last has no stored rows: it is answered from the log.
            head = engine.store.head(DISTRICT).position
            position = head - 1 if before else head

            def work() -> int:
                for _ in range(calls):
                    read(connection, name, DISTRICT, keys=keys, position=position, today=today)
                return calls * (1 if keys else position)

            return work

        return Contestant(name, prepare)

    yield Race(AS_OF, "event", (*(one(name, None, before=True) for name in NAMES), floor))
    for title, before in ((AS_OF_ONE, True), (LIVE_ONE, False)):
        yield Race(
            title,
            "answer",
            tuple(one(name, [key], before=before) for name, key in ONE_KEY.items()),
        )
