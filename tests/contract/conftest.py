"""Every kind of store, each with a district of its own for each test."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.settings import Settings
from events.coalescing import CoalescingStore
from events.codec import Codec
from events.envelope import NewEvent, RecordedEvent
from events.memory import MemoryStore
from events.postgres import PostgresStore
from events.store import ANY_VERSION, Appended, EventStore, ExpectedVersion, StreamWrite
from tests.support.databases import fresh_database
from tests.support.log import BEGINS, ZONE, plain_codec

KINDS = ("memory", "postgres", "coalescing")


@dataclass
class Log:
    """A district's log with a simulated clock that goes on by an hour for each append."""

    store: EventStore
    codec: Codec
    district: str
    now: datetime = BEGINS

    def put(
        self,
        *news: NewEvent,
        stream: str = "activity-A1",
        expected: ExpectedVersion = ANY_VERSION,
    ) -> Appended:
        """Append to one stream, an hour later."""
        return self.put_all(StreamWrite(stream, news, expected))

    def put_all(self, *writes: StreamWrite) -> Appended:
        """Append to several streams, an hour later."""
        self.now += timedelta(hours=1)
        return self.store.append(self.district, writes, recorded_at=self.now)

    def all(self) -> list[RecordedEvent]:
        """The whole log."""
        return self.store.read_log(self.district, after=0, limit=10_000)

    def head(self) -> int:
        """The last position."""
        return self.store.head(self.district).position


@pytest.fixture(scope="session")
def contract_engine(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The product on a database that all tests of the contract share."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with fresh_database(server_url) as url, Engine(settings, url, None) as engine:
        yield engine


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[EventStore]:
    """A store of each kind."""
    codec = plain_codec()
    if request.param == "memory":
        yield MemoryStore(codec, lambda: datetime.now(UTC))
        return
    engine: Engine = request.getfixturevalue("contract_engine")
    if request.param == "postgres":
        yield PostgresStore(engine.appending, codec, engine.withdrawing)
        return
    with ExitStack() as stack:
        coalescing = CoalescingStore(engine.appending, codec, engine.withdrawing)
        stack.callback(coalescing.close)
        yield coalescing


@pytest.fixture
def district() -> str:
    """A name that no other test uses."""
    return f"d-{uuid4().hex[:12]}"


@pytest.fixture
def log(store: EventStore, district: str) -> Log:
    """A new log with a simulated clock."""
    store.create_log(district, clock="simulated", time_zone=ZONE, begins_at=BEGINS)
    return Log(store, plain_codec(), district)


@pytest.fixture
def live(store: EventStore, district: str) -> Log:
    """A new log with the server's clock."""
    store.create_log(district, clock="server", time_zone=ZONE)
    return Log(store, plain_codec(), district)
