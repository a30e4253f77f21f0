"""Sealing: what it costs a log to prove itself, and how long a large tree takes.

A thousand facts are recorded and then sealed, beside the same facts without. The log is a district
with a key like any other: its checkpoint is decided, signed and recorded in the usual way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from uuid import uuid4

from bench.harness import Contestant, Race, Work
from bench.place import Place
from bench.samples import facts
from cot_flows.bootstrap import Engine
from cot_flows.sealing.changing_keys import create_key
from cot_flows.sealing.sealing import seal
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from events.sealing.merkle import root
from events.store import StreamWrite, at

SEALED, UNSEALED = "cot, sealed", "cot, unsealed"
APPEND = "append 100 events a call, sealed every 1000"
ROOT = "root of 1,000,000 leaves"
LEAVES = 1_000_000
BATCH, EVERY = 100, 1000


@contextmanager
def races(place: Place) -> Iterator[list[Race]]:
    """Lend the races; two districts are set up, one of them with a key."""
    engine = place.engine
    for district in (SEALED, UNSEALED):
        _set_up(engine, _name(district))
    create_key(engine, engine.store.head(_name(SEALED)), "a-steward", None)
    yield [
        Race(
            APPEND,
            "event",
            (
                Contestant(SEALED, lambda calls: _recorded(engine, SEALED, calls), 20),
                Contestant(UNSEALED, lambda calls: _recorded(engine, UNSEALED, calls), 20),
            ),
        ),
        Race(ROOT, "leaf", (Contestant(SEALED, lambda _: _rooted, 1),)),
    ]


def _name(contestant: str) -> str:
    return "bench-" + contestant.removeprefix("cot, ")


def _set_up(engine: Engine, district: str) -> None:
    plan = DistrictPlan(
        district=district,
        name="Bench",
        time_zone="America/Los_Angeles",
        people=(Person("a-steward", "steward"),),
    )
    set_up_district(engine.store, plan)


def _recorded(engine: Engine, contestant: str, calls: int) -> Work:
    """Return the work of so many times a thousand facts."""
    stream, district = f"activity-{uuid4().hex}", _name(contestant)
    made = facts(EVERY * calls)
    writes = [
        StreamWrite(stream, made[first : first + BATCH], at(first))
        for first in range(0, len(made), BATCH)
    ]

    def work() -> int:
        for number, write in enumerate(writes, start=1):
            engine.store.append(district, [write])
            if contestant == SEALED and number % (EVERY // BATCH) == 0:
                seal(engine, district)
        return len(made)

    return work


@cache
def _leaves() -> list[bytes]:
    return [sha256(number.to_bytes(8, "big")).digest() for number in range(LEAVES)]


def _rooted() -> int:
    root(_leaves())
    return LEAVES
