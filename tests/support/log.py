"""New events for tests of the log: short to write, the same each time, odd where a test needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from itertools import count
from typing import ClassVar
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from domain.facts.activity import ActivityProgressNoted, ActivityStarted
from domain.facts.every import EVENT_TYPES
from domain.ids import derived_id
from domain.message import DomainEvent
from events.codec import Codec
from events.envelope import NewEvent
from events.postgres import Connect
from events.store import ANY_VERSION, ExpectedVersion, StreamWrite

ZONE = "America/Los_Angeles"
BEGINS = datetime(2025, 8, 1, 19, tzinfo=UTC)
DAY = date(2025, 8, 4)


class Odd(DomainEvent):
    """What no fact of the domain is: it may hold anything."""

    personal: ClassVar[frozenset[str]] = frozenset({"told"})

    amount: object = None
    told: str | None = None

    def subjects(self) -> tuple[str, ...]:
        return ("odd:one",)


class Unregistered(DomainEvent):
    """A type that no codec of these tests knows."""

    def subjects(self) -> tuple[str, ...]:
        return ("odd:two",)


class CountedSalts:
    """Salts that differ from each other and are the same in every run."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> bytes:
        return sha256(f"salt {next(self._numbers)}".encode()).digest()[:16]


@cache
def plain_codec() -> Codec:
    """The codec over the domain's types and the odd one; making one takes a while."""
    return Codec((*EVENT_TYPES, Odd), CountedSalts())


def event_id(*parts: object) -> UUID:
    """The id that these parts always give."""
    return derived_id("test", *(str(part) for part in parts))


def new(event: DomainEvent, name: object, **changes: object) -> NewEvent:
    """An event on its way, with the id of its name and an envelope that `changes` may alter."""
    plain = NewEvent(
        event=event,
        event_id=event_id(name),
        occurred_on=DAY,
        precision="day",
        effective_from=DAY,
        actor="a-steward",
        source="api",
        correlation_id=event_id("correlation"),
        subjects=tuple(sorted(set(event.subjects()))),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def started(name: object, activity: str = "A1", **changes: object) -> NewEvent:
    """An activity that started."""
    return new(ActivityStarted(activity=activity), name, **changes)


def noted(name: object, note: str | None = "a note", **changes: object) -> NewEvent:
    """Progress that was noted, in words that are personal."""
    return new(ActivityProgressNoted(activity="A1", note=note, schools_percent=5), name, **changes)


def write(
    *news: NewEvent, stream: str = "activity-A1", expected: ExpectedVersion = ANY_VERSION
) -> StreamWrite:
    """What an append does to one stream."""
    return StreamWrite(stream, news, expected)


def session(url: str, role: str | None = None) -> psycopg.Connection[TupleRow]:
    """A connection in autocommit mode, under a role; the caller closes it."""
    connection = psycopg.connect(url, autocommit=True)
    if role is not None:
        connection.execute("SELECT set_config('role', %s, false)", (role,))
    return connection


def lending(connection: psycopg.Connection[TupleRow]) -> Connect:
    """What lends this one connection, as a store wants it."""

    @contextmanager
    def lend() -> Iterator[psycopg.Connection[TupleRow]]:
        yield connection

    return lend
