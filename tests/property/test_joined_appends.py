"""Calls that are committed together end as if each had been made alone, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cot_flows.bootstrap import Engine
from events.coalescing import CoalescingStore, _Call, _joinable
from events.envelope import NewEvent, RecordedEvent
from events.errors import IdReused, LogError
from events.memory import MemoryStore
from events.postgres import Outcome, append_parameters
from events.store import Appended, EventStore, ExpectedVersion, StreamWrite, Unless
from events.verify import verify_log
from tests.support.log import BEGINS, ZONE, event_id, noted, plain_codec, started

RUNS = count(1)
KINDS = ["plain"] * 4 + ["words"] * 4 + ["better"]
NAMES = st.integers(1, 30)


@dataclass(frozen=True)
class Call:
    """What one caller asks for."""

    writes: tuple[StreamWrite, ...]
    unless: Unless | None
    at: datetime


@st.composite
def events(draw: st.DrawFn) -> NewEvent:
    """Few names, so that ids come again; the words are sometimes others under the same id."""
    name, kind = draw(NAMES), draw(st.sampled_from(KINDS))
    if kind == "plain":
        return started(name)
    if kind == "words":
        return noted(name, draw(st.sampled_from([None, "a", "b"])), reason="why")
    return noted(name, "better", corrects=event_id(draw(NAMES)))


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """One or two streams, with and without events and expected versions, seldom a condition or a later time."""
    streams = draw(st.lists(st.sampled_from("abcde"), unique=True, min_size=1, max_size=2))
    versions = st.sampled_from([None, None, 0, 0, 1])
    news = draw(st.lists(events(), max_size=2, unique_by=lambda new: new.event_id))
    parts = [tuple(news[len(streams) - 1 :]), tuple(news[: len(streams) - 1])]
    writes = tuple(
        StreamWrite(stream, part, ExpectedVersion(draw(versions)))
        for stream, part in zip(streams, parts, strict=False)
    )
    conditions = st.sampled_from([None] * 5 + [Unless("activity:A1", ("ActivityStarted",), 0)])
    times = st.sampled_from([BEGINS] * 4 + [BEGINS + timedelta(hours=1)])
    return Call(writes, draw(conditions), draw(times))


def alone(store: EventStore, district: str, asked: Sequence[Call]) -> list[object]:
    """Make the calls one after the other."""
    return [outcome(store, district, call, None) for call in asked]


def together(store: CoalescingStore, district: str, asked: Sequence[Call]) -> list[object]:
    """Make the calls in one transaction, as the writing thread does with those that wait."""
    made = [
        _Call(append_parameters(plain_codec(), district, c.writes, c.at, c.unless)) for c in asked
    ]
    store._commit(made)
    return [
        outcome(store, district, call, each.wait()) for call, each in zip(asked, made, strict=True)
    ]


def joined(district: str, asked: Sequence[Call], results: Sequence[object]) -> Iterator[int]:
    """Yield the size of each group of several calls that the database took as one append."""
    made = [
        _Call(append_parameters(plain_codec(), district, c.writes, c.at, c.unless)) for c in asked
    ]
    places = iter(results)
    for group in _joinable(made):
        told_ = [next(places) for _ in group]
        taken = [isinstance(each, Appended) and not each.recognised for each in told_]
        if len(group) > 1 and all(taken):
            yield len(group)


def outcome(store: EventStore, district: str, call: Call, answer: Outcome | None) -> object:
    try:
        if answer is None:
            result = store.append(district, call.writes, recorded_at=call.at, unless=call.unless)
        else:
            assert isinstance(store, CoalescingStore)
            result = store.result_of(district, call.writes, answer)
    except IdReused:
        return IdReused  # Which of several reused ids is named, the contract leaves open.
    except LogError as error:
        return type(error), vars(error)  # What it carries, not how it is worded.
    return result


def told(each: RecordedEvent) -> tuple[object, ...]:
    """Everything but the district and the leaf, whose salts differ."""
    return each[1:6] + each[7:]


@pytest.fixture
def joining(engine: Engine) -> Iterator[CoalescingStore]:
    """A coalescing store that nothing waits in."""
    store = CoalescingStore(engine.appending, plain_codec())
    yield store
    store.close()


def test_calls_made_together_end_as_calls_made_alone(
    engine: Engine, joining: CoalescingStore
) -> None:
    committed_joined: list[int] = []

    @given(st.lists(calls(), min_size=2, max_size=10))
    @settings(
        max_examples=100,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def agree(asked: list[Call]) -> None:
        district = f"joined-{next(RUNS)}"
        memory = MemoryStore(plain_codec(), lambda: BEGINS)
        for store in (memory, joining):
            store.create_log(district, clock="simulated", time_zone=ZONE, begins_at=BEGINS)
        results = together(joining, district, asked)
        assert results == alone(memory, district, asked)
        committed_joined.extend(joined(district, asked, results))
        ours, theirs = (s.read_log(district, after=0, limit=999) for s in (joining, memory))
        assert [told(each) for each in ours] == [told(each) for each in theirs]
        with engine.appending() as connection:
            assert verify_log(connection, plain_codec(), joining.head(district)) == []

    agree()
    # What was refused together was made again alone: only what was not shows anything.
    assert len(committed_joined) > 10


def test_calls_for_several_districts_at_once_keep_to_their_own(
    joining: CoalescingStore,
) -> None:
    districts = [f"d-{uuid4().hex[:8]}-{n}" for n in range(3)]
    for district in districts:
        joining.create_log(district, clock="simulated", time_zone=ZONE, begins_at=BEGINS)
    made = []
    for number in range(30):
        write = StreamWrite(f"s-{number}", (started(number),), ExpectedVersion(0))
        parameters = append_parameters(plain_codec(), districts[number % 3], [write], BEGINS, None)
        made.append(_Call(parameters))
    joining._commit(made)
    positions = [each.wait().positions for each in made]
    assert positions == [[1 + number // 3] for number in range(30)]
    for place, district in enumerate(districts):
        log = joining.read_log(district, after=0, limit=99)
        assert [each.event_id for each in log] == [event_id(n) for n in range(place, 30, 3)]
