"""The peer: the Python library `eventsourcing`, used as its documentation tells its users to.

Its events carry the same document as ours, so that both store the same information.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import InfrastructureFactory, StoredEvent, Tracking
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict

from bench.samples import facts
from bench.statements import statement
from events.codec import Codec

MOST_AT_ONCE = 500
"""Saving above about a thousand events in one call can wait for ever in its pipeline."""

PEER = "eventsourcing"


class Stream(Aggregate):
    """An aggregate that remembers how many facts it had, and the last one."""

    class Recorded(Aggregate.Event):
        """A fact."""

        document: dict[str, Any]

    def __init__(self) -> None:
        self.count = 0
        self.last: dict[str, Any] = {}

    @event(Recorded)
    def record(self, document: dict[str, Any]) -> None:
        """Record a fact."""
        self.count += 1
        self.last = document


class Log(Application[UUID]):
    """The peer's application over the aggregates."""

    name = "log"


class Counts(PostgresTrackingRecorder):
    """A table with the number of facts of each unit, kept in step with a position."""

    def add(self, unit: str, tracking: Tracking) -> None:
        """Count one fact of a unit, in one transaction with the position."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(statement("peer_count"), (unit,), prepare=True)


class CountsOfUnits(Projection[Counts]):
    """Counts the facts of each unit."""

    name = "counts"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ANN401
        """Count one event."""
        document = getattr(domain_event, "document", None)
        about = document["subjects"] if document else ("unit:none",)
        self.view.add(next(each for each in about if each.startswith("unit:")), tracking)


def environment(url: str, pool: int) -> dict[str, str]:
    """Return the peer's configuration: its default, safe mode, on the given database."""
    parts = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts.get("dbname")),
        "POSTGRES_HOST": str(parts.get("host") or ""),
        "POSTGRES_PORT": str(parts.get("port") or 5432),
        "POSTGRES_USER": str(parts.get("user") or ""),
        "POSTGRES_PASSWORD": str(parts.get("password") or ""),
        "POSTGRES_POOL_SIZE": str(pool),
        "POSTGRES_MAX_OVERFLOW": "0",
        "POSTGRES_MAX_WAITING": "100",
    }


class Peer:
    """The peer's application, and the work that it is measured by."""

    def __init__(self, url: str, codec: Codec) -> None:
        """Open it; `codec` makes the documents that its events carry."""
        self._codec = codec
        self.app = Log(env=environment(url, pool=16))
        recorder = self.app.recorder
        if not isinstance(recorder, PostgresApplicationRecorder):
            raise TypeError(f"the peer gave {type(recorder).__name__}, not its PostgreSQL recorder")
        self.recorder = recorder

    def close(self) -> None:
        """Close its connections."""
        self.app.close()

    def documents(self, count: int) -> list[dict[str, Any]]:
        """Return the documents of so many facts."""
        return [orjson.loads(self._codec.encode(each).content) for each in facts(count)]

    def stored(self, count: int) -> list[StoredEvent]:
        """Return so many events of one new stream, in the form its recorder takes."""
        stream = Stream()
        stream.collect_events()
        for document in self.documents(count):
            stream.record(document)
        return [self.app.mapper.to_stored_event(each) for each in stream.collect_events()]

    def save_stream(self, documents: Sequence[Mapping[str, Any]]) -> UUID:
        """Record a stream, in pieces it can bear, and return its id."""
        stream = Stream()
        for number, document in enumerate(documents, start=1):
            stream.record(dict(document))
            if number % MOST_AT_ONCE == 0:
                self.app.save(stream)
        self.app.save(stream)
        return stream.id


class PeerProjection:
    """The peer's projection runner, over events recorded for it just before."""

    def __init__(self, peer: Peer, url: str) -> None:
        """Let the projection stand where the peer's log ends now."""
        self._peer, self._env = peer, environment(url, pool=4)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement("peer_counts"))
        factory = InfrastructureFactory[Counts].construct(
            Environment(CountsOfUnits.name, self._env)
        )
        last = peer.recorder.max_notification_id() or 0
        factory.tracking_recorder(Counts).insert_tracking(Tracking(Log.name, last))
        factory.close()

    def prepare(self, calls: int) -> Callable[[], int]:
        """Record MOST_AT_ONCE events for each call and return the work of projecting them."""
        count = calls * MOST_AT_ONCE
        self._peer.save_stream(self._peer.documents(count))
        last = self._peer.recorder.max_notification_id()

        def work() -> int:
            with self._runner() as runner:
                runner.wait(last, timeout=60)
            return count

        return work

    def _runner(self) -> ProjectionRunner[Log, Counts]:
        return ProjectionRunner(
            application_class=Log, projection_class=CountsOfUnits, view_class=Counts, env=self._env
        )
