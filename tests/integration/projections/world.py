"""A district in a database, with a clock that tests turn, and short ways to record and to ask."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import TupleRow

from domain.facts.correction import FactRetracted
from domain.facts.district import DistrictEstablished
from domain.facts.every import EVENT_TYPES
from domain.message import DomainEvent
from events.codec import Codec
from events.envelope import NewEvent
from events.postgres import PostgresStore
from events.store import ANY_VERSION, StreamWrite
from projections.catalogue import PROJECTIONS, projection_named
from projections.checkpoint import no_fail_point
from projections.reading import Answer, read
from projections.rebuild import Rebuilt, rebuild
from projections.refresh import Refreshed, refresh

BEGINS = datetime(2025, 8, 1, 19, tzinfo=UTC)
ZONE = "America/Los_Angeles"


class World:
    """One district with a simulated clock, and a connection for each role."""

    def __init__(self, url: str, district: str) -> None:
        self.url = url
        self.district = district
        self.now = BEGINS
        self._open: dict[str, psycopg.Connection[TupleRow]] = {}
        self.store = PostgresStore(
            self.lending("cot_append"), Codec(EVENT_TYPES, lambda: b"s" * 16)
        )
        self.store.create_log(district, clock="simulated", time_zone=ZONE, begins_at=BEGINS)
        self.put("district", DistrictEstablished(name="Bay", time_zone=ZONE, clock="simulated"))

    def connection(self, role: str) -> psycopg.Connection[TupleRow]:
        """The connection of a role, opened once."""
        if role not in self._open:
            self._open[role] = self.session(role)
        return self._open[role]

    def session(self, role: str) -> psycopg.Connection[TupleRow]:
        """A further connection under a role; the caller closes it."""
        connection = psycopg.connect(self.url, autocommit=True)
        connection.execute("SELECT set_config('role', %s, false)", (role,))
        return connection

    def lending(
        self, role: str
    ) -> Callable[[], AbstractContextManager[psycopg.Connection[TupleRow]]]:
        """What lends the connection of a role, as the engine wants it."""

        @contextmanager
        def lend() -> Iterator[psycopg.Connection[TupleRow]]:
            yield self.connection(role)

        return lend

    def close(self) -> None:
        """Close what is open."""
        for connection in self._open.values():
            connection.close()

    @property
    def today(self) -> date:
        """Today in the district by its log's clock."""
        asked = "SELECT cot_projection.today(%s)"
        row = self.connection("cot_reader").execute(asked, (self.district,)).fetchone()
        assert row is not None
        day: date = row[0]
        return day

    def later(self, days: int) -> None:
        """Turn the clock on; the log shows it with the next event."""
        self.now += timedelta(days=days)

    def put(
        self,
        stream: str,
        event: DomainEvent,
        *,
        on: date | None = None,
        counts_from: date | None = None,
        about: tuple[str, ...] = (),
        corrects: UUID | None = None,
    ) -> UUID:
        """Record a fact and return its id; `about` are subjects beyond its own."""
        day = on or self.now.date()
        new = new_event(event, day, counts_from or day, about, corrects)
        self._append(stream, new)
        return new.event_id

    def put_at_once(self, stream: str, events: Iterable[DomainEvent]) -> None:
        """Record many facts of today in one append."""
        day = self.now.date()
        self._append(stream, *(new_event(event, day, day) for event in events))

    def _append(self, stream: str, *events: NewEvent) -> None:
        write = StreamWrite(stream, events, ANY_VERSION)
        self.store.append(self.district, [write], recorded_at=self.now)

    def retract(
        self, stream: str, event: DomainEvent, event_id: UUID, *, about: tuple[str, ...] = ()
    ) -> None:
        """Take a fact back; `about` are the subjects it had beyond its own."""
        taken_back = FactRetracted(type_retracted=event.type_name())
        self.put(stream, taken_back, about=(*event.subjects(), *about), corrects=event_id)

    def refresh(self, name: str, *, fail_point: Callable[[str], None] = no_fail_point) -> Refreshed:
        """Bring one projection up to the log."""
        return refresh(
            self.connection("cot_project"),
            projection_named(name),
            self.district,
            today=self.today,
            fail_point=fail_point,
        )

    def refresh_all(self) -> list[Refreshed]:
        """Bring all projections up to the log."""
        return [self.refresh(projection.name) for projection in PROJECTIONS]

    def rebuild(
        self,
        name: str,
        *,
        switch: bool = True,
        fail_point: Callable[[str], None] = no_fail_point,
    ) -> Rebuilt:
        """Build one projection anew."""
        return rebuild(
            self.lending("cot_project"),
            projection_named(name),
            self.district,
            today=self.today,
            switch=switch,
            fail_point=fail_point,
        )

    def ask(
        self,
        name: str,
        *,
        keys: list[str] | None = None,
        position: int | None = None,
        on: date | None = None,
    ) -> Answer:
        """Ask one projection."""
        return read(
            self.connection("cot_reader"),
            name,
            self.district,
            keys=keys,
            position=position,
            effective_on=on,
            today=self.today,
        )

    def checkpoints(self, name: str) -> list[tuple[int, str, int]]:
        """Generation, state and position of a projection's checkpoints."""
        rows = self.connection("cot_reader").execute(
            "SELECT generation, state, position FROM cot_projection.checkpoint"
            " WHERE projection = %s AND district = %s ORDER BY generation",
            (name, self.district),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def head(self) -> int:
        """The last position of the log."""
        return self.store.head(self.district).position


def new_event(
    event: DomainEvent,
    occurred_on: date,
    effective_from: date,
    about: tuple[str, ...] = (),
    corrects: UUID | None = None,
) -> NewEvent:
    """A fact with an envelope around it."""
    return NewEvent(
        event=event,
        event_id=uuid4(),
        occurred_on=occurred_on,
        precision="day",
        effective_from=effective_from,
        actor="a-steward",
        source="scenario",
        correlation_id=uuid4(),
        subjects=tuple(sorted({*event.subjects(), *about})),
        corrects=corrects,
    )


class Died(Exception):
    """Stands for the end of a process at a fail point."""


def dies_at(point: str) -> Callable[[str], None]:
    """A fail point that ends the work when it is reached."""

    def reached(name: str) -> None:
        if name == point:
            raise Died(name)

    return reached
