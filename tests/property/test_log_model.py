"""The log as a machine: whatever is done in whatever order, memory, PostgreSQL and a list agree."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cot_flows.bootstrap import Engine
from events.envelope import NewEvent, RecordedEvent
from events.errors import (
    BatchPartlyKnown,
    ConditionFailed,
    IdReused,
    LogError,
    TimeRefused,
    UnknownFact,
    WrongExpectedVersion,
)
from events.memory import MemoryStore
from events.postgres import PostgresStore
from events.store import ANY_VERSION, EventStore, ExpectedVersion, StreamWrite, Unless, at
from events.verify import verify_log
from tests.support.log import BEGINS, ZONE, event_id, noted, plain_codec, session, started

STREAMS = st.sampled_from(["s-1", "s-2", "s-3"])
DISTRICTS = (f"machine-{number}" for number in count(1))
HOUR = timedelta(hours=1)


@dataclass
class Row:
    """An event of the model: everything that the contract says about its place."""

    stream: str
    new: NewEvent
    version: int
    recorded_at: datetime
    fact: int


@dataclass
class Model:
    """The contract once more, over a plain list."""

    rows: list[Row] = field(default_factory=list)
    moment: datetime = BEGINS

    def append(
        self, writes: list[StreamWrite], recorded_at: datetime | None, unless: Unless | None
    ) -> tuple[int, ...] | type[LogError]:
        """Return the positions, or the kind of refusal."""
        news = [(write.stream, new) for write in writes for new in write.events]
        known = {row.new.event_id: place for place, row in enumerate(self.rows, start=1)}
        met = [known[new.event_id] for _, new in news if new.event_id in known]
        if met:
            return self._repeated(news, met)
        if any(self._is_stale(write) for write in writes):
            return WrongExpectedVersion
        if unless is not None and self._is_broken(unless):
            return ConditionFailed
        if any(new.corrects is not None and new.corrects not in known for _, new in news):
            return UnknownFact
        if recorded_at is None or recorded_at < self.moment:
            return TimeRefused
        first = len(self.rows) + 1
        for stream, new in news:
            place = len(self.rows) + 1
            fact = place if new.corrects is None else self.rows[known[new.corrects] - 1].fact
            self.rows.append(Row(stream, new, self.version(stream) + 1, recorded_at, fact))
        if news:
            self.moment = recorded_at
        return tuple(range(first, len(self.rows) + 1))

    def version(self, stream: str) -> int:
        """Where a stream stands."""
        return sum(row.stream == stream for row in self.rows)

    def _repeated(
        self, news: list[tuple[str, NewEvent]], met: list[int]
    ) -> tuple[int, ...] | type[LogError]:
        if len(met) < len(news):
            return BatchPartlyKnown
        same = all(
            (self.rows[place - 1].stream, self.rows[place - 1].new) == (stream, new)
            for place, (stream, new) in zip(met, news, strict=True)
        )
        return tuple(met) if same else IdReused

    def _is_stale(self, write: StreamWrite) -> bool:
        expected = write.expected.version
        return expected is not None and expected != self.version(write.stream)

    def _is_broken(self, unless: Unless) -> bool:
        return any(
            unless.subject in row.new.subjects and row.new.event.type_name() in unless.types
            for row in self.rows[unless.after :]
        )


class LogMachine(RuleBasedStateMachine):
    """One district's log with a simulated clock, in two stores and a model."""

    engine: ClassVar[Engine]

    def __init__(self) -> None:
        super().__init__()
        self.district = next(DISTRICTS)
        codec = plain_codec()
        self.stores: tuple[EventStore, ...] = (
            MemoryStore(codec, lambda: BEGINS),
            PostgresStore(self.engine.appending, codec),
        )
        self.model = Model()
        self.names = count(1)
        self.past: dict[int, list[tuple[object, ...]]] = {}

    @initialize()
    def begin(self) -> None:
        for store in self.stores:
            store.create_log(self.district, clock="simulated", time_zone=ZONE, begins_at=BEGINS)

    def append(
        self,
        writes: list[StreamWrite],
        recorded_at: datetime | None,
        unless: Unless | None = None,
    ) -> None:
        """Append everywhere: all must say the same."""
        expected = self.model.append(writes, recorded_at, unless)
        for store in self.stores:
            assert self._outcome(store, writes, recorded_at, unless) == expected

    def _outcome(
        self,
        store: EventStore,
        writes: list[StreamWrite],
        recorded_at: datetime | None,
        unless: Unless | None,
    ) -> tuple[int, ...] | type[LogError]:
        try:
            result = store.append(self.district, writes, recorded_at=recorded_at, unless=unless)
        except LogError as refused:
            return type(refused)
        return result.positions

    def news(self, amount: int) -> tuple[NewEvent, ...]:
        """Further events, every other with a personal value."""
        numbers = [next(self.names) for _ in range(amount)]
        return tuple(noted(n, f"note {n}") if n % 2 else started(n) for n in numbers)

    @rule(streams=st.lists(STREAMS, unique=True, max_size=3), data=st.data())
    def append_where_streams_stand_or_not(self, streams: list[str], data: Any) -> None:
        """Expected versions that hold, that do not, and none; fences; several streams at once."""
        writes = []
        for stream in streams:
            actual = self.model.version(stream)
            expectation = st.sampled_from([ANY_VERSION, at(actual), at(actual), at(actual + 1)])
            expected: ExpectedVersion = data.draw(expectation)
            amount = data.draw(st.integers(0, 2))
            writes.append(StreamWrite(stream, self.news(amount), expected))
        self.append(writes, self.model.moment + data.draw(st.sampled_from([0, 1])) * HOUR)

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data(), other=st.booleans())
    def repeat(self, data: Any, other: bool) -> None:
        """The same again, or with other content, or mixed with something new."""
        rows = data.draw(st.lists(st.sampled_from(self.model.rows), min_size=1, max_size=3))
        by_stream: dict[str, list[NewEvent]] = {}
        for row in {id(row): row for row in rows}.values():
            by_stream.setdefault(row.stream, []).append(row.new)
        writes = [StreamWrite(s, tuple(news), at(0)) for s, news in by_stream.items()]
        if other:
            first = writes[0]
            changed: Callable[[NewEvent], NewEvent] = data.draw(
                st.sampled_from([_other_actor, _other_reason])
            )
            events = (changed(first.events[0]), *first.events[1:])
            writes[0] = StreamWrite(first.stream, events, ANY_VERSION)
        elif data.draw(st.booleans()):
            first = writes[0]
            writes[0] = StreamWrite(first.stream, (*first.events, *self.news(1)), ANY_VERSION)
        self.append(writes, None)

    @rule(stream=STREAMS, after=st.integers(0, 6), type_name=st.sampled_from(["ActivityStarted"]))
    def append_unless(self, stream: str, after: int, type_name: str) -> None:
        """Only if nothing of a type was recorded about a subject."""
        unless = Unless("activity:A1", (type_name, "ActivityAbandoned"), after)
        write = StreamWrite(stream, self.news(1), ANY_VERSION)
        self.append([write], self.model.moment, unless)

    @rule(stream=STREAMS, data=st.data())
    def correct(self, stream: str, data: Any) -> None:
        """Correct a fact, a correction, or nothing that exists."""
        targets = [row.new.event_id for row in self.model.rows] + [event_id("nowhere")]
        number = next(self.names)
        new = noted(number, "better", corrects=data.draw(st.sampled_from(targets)))
        self.append([StreamWrite(stream, (new,), ANY_VERSION)], self.model.moment + HOUR)

    @rule(stream=STREAMS)
    def append_before_the_head(self, stream: str) -> None:
        """A time before the head's, or none, is refused."""
        early = self.model.moment - timedelta(microseconds=1)
        self.append([StreamWrite(stream, self.news(1), ANY_VERSION)], early)
        self.append([StreamWrite(stream, self.news(1), ANY_VERSION)], None)

    @rule(place=st.integers(0, 12))
    def ask_what_was_known(self, place: int) -> None:
        """Positions by time are those of the model, and what was read once is read again."""
        up_to = min(place, len(self.model.rows))
        moment = self.model.rows[up_to - 1].recorded_at if up_to else BEGINS - HOUR
        expected = sum(row.recorded_at <= moment for row in self.model.rows)
        for store in self.stores:
            assert store.position_known_at(self.district, moment) == expected
            about = store.read_subjects(self.district, ["activity:A1"], up_to=up_to)
            told = [_told(each) for each in about]
            assert self.past.setdefault(up_to, told) == told

    @invariant()
    def all_agree(self) -> None:
        """The whole log, every stream, and the head are the same everywhere."""
        expected = [
            (place, row.stream, row.version, row.recorded_at, row.fact, row.new.event_id)
            for place, row in enumerate(self.model.rows, start=1)
        ]
        for store in self.stores:
            if not any(head.district == self.district for head in store.heads()):
                return
            log = store.read_log(self.district, after=0, limit=10_000)
            assert [_place(each) for each in log] == expected
            assert [each.event for each in log] == [row.new.event for row in self.model.rows]
            head = store.head(self.district)
            assert (head.position, head.recorded_at) == (len(expected), self.model.moment)

    def teardown(self) -> None:
        """Nothing of it troubles the checker."""
        store = self.stores[1]
        with self.engine.appending() as connection:
            if any(head.district == self.district for head in store.heads()):
                assert not verify_log(connection, plain_codec(), store.head(self.district))


def _other_actor(new: NewEvent) -> NewEvent:
    return replace(new, actor="a-deputy")


def _other_reason(new: NewEvent) -> NewEvent:
    return replace(new, reason="another reason")


def _place(each: RecordedEvent) -> tuple[object, ...]:
    return (
        each.position,
        each.stream,
        each.stream_version,
        each.recorded_at,
        each.fact_position,
        each.event_id,
    )


def _told(each: RecordedEvent) -> tuple[object, ...]:
    return (*_place(each), each.event)


@pytest.fixture
def machine(engine: Engine) -> Iterator[type[LogMachine]]:
    """The machine over this test's database."""
    LogMachine.engine = engine
    yield LogMachine
    del LogMachine.engine


def test_memory_and_postgres_do_what_a_list_would_do(machine: type[LogMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_machine_notices_a_store_that_forgets(
    machine: type[LogMachine], database_url: str
) -> None:
    """The broken twin: a row that a superuser takes away is noticed by the next step."""
    broken = machine()
    broken.begin()
    broken.append([StreamWrite("s-1", broken.news(2), ANY_VERSION)], BEGINS)
    broken.all_agree()
    with session(database_url) as intruder:
        intruder.execute("ALTER TABLE cot_log.event DISABLE TRIGGER ALL")
        intruder.execute(
            "DELETE FROM cot_log.event WHERE district = %s AND position = 2", (broken.district,)
        )
    with pytest.raises(AssertionError):
        broken.all_agree()
