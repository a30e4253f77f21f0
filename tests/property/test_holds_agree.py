"""The database and the program say the same of every hold: what it covers and what is let go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cot_flows.bootstrap import Engine
from cot_flows.settings import Settings
from domain.facts.hold import LegalHoldPlaced, LegalHoldReleased
from domain.message import DomainEvent
from events.errors import NotOnRecord, ValuesHeld
from events.memory import MemoryStore
from events.postgres import PostgresStore
from events.store import EventStore
from tests.contract.test_withdrawals import withdrawal
from tests.support.databases import fresh_database
from tests.support.log import BEGINS, event_id, new, noted, plain_codec, write

UNITS, STREAMS = ("HR", "IT"), ("activity-A1", "activity-A2")
DAYS = [date(2025, 8, 1) + timedelta(days=number) for number in (0, 20, 40, 200)]
HOLDS = ("L1", "L2")

parts = {
    "units": st.lists(st.sampled_from(UNITS), unique=True, max_size=2).map(tuple),
    "streams": st.lists(st.sampled_from(STREAMS), unique=True, max_size=1).map(tuple),
}
placings = st.fixed_dictionaries(
    {
        **parts,
        "hold": st.sampled_from(HOLDS),
        "happened_from": st.none() | st.sampled_from(DAYS),
        "happened_to": st.none() | st.sampled_from(DAYS),
    }
).map(lambda fields: LegalHoldPlaced.model_validate({"matter": "M", "authority": "C", **fields}))
releases = st.fixed_dictionaries(
    {**parts, "hold": st.sampled_from(HOLDS), "whole": st.booleans()}
).map(lambda fields: LegalHoldReleased.model_validate({"directive": "L", **fields}))
notes = st.tuples(
    st.lists(st.sampled_from(UNITS), unique=True, max_size=2),
    st.sampled_from(STREAMS),
    st.sampled_from(DAYS),
    st.sampled_from(("day", "month", "school_year")),
)


@dataclass
class Both:
    """The same district in two stores."""

    stores: tuple[EventStore, ...]
    district: str
    at: datetime = BEGINS

    def append(self, *arguments: object) -> list[str]:
        """Append to both; return what each said."""
        self.at += timedelta(hours=1)
        said: list[str] = []
        for store in self.stores:
            try:
                store.append(self.district, [*arguments], recorded_at=self.at)  # type: ignore[list-item]
                said.append("done")
            except (ValuesHeld, NotOnRecord) as refusal:
                said.append(str(refusal))
        return said


@pytest.fixture(scope="module")
def engine(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The product on a database of these tests."""
    home: Path = tmp_path_factory.mktemp("home")
    with fresh_database(server_url) as url, Engine(Settings(home=home), url, None) as opened:
        yield opened


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(notes, min_size=1, max_size=4),
    st.lists(placings, max_size=2, unique_by=lambda event: event.hold),
    st.lists(releases, max_size=3),
)
@example(
    [(["HR"], STREAMS[0], DAYS[0], "month"), (["HR"], STREAMS[0], DAYS[0], "day")],
    [LegalHoldPlaced(hold="L1", matter="M", authority="C", happened_from=DAYS[1])],
    [],
)
def test_both_stores_hold_and_let_go_the_same_events(
    engine: Engine,
    told: list[tuple[list[str], str, date, str]],
    placed: list[DomainEvent],
    released: list[LegalHoldReleased],
) -> None:
    district = f"d-{uuid4().hex[:12]}"
    codec = plain_codec()
    stores = (
        MemoryStore(codec, lambda: datetime.now(UTC)),
        PostgresStore(engine.appending, codec, engine.withdrawing),
    )
    for store in stores:
        store.create_log(district, clock="simulated", time_zone="UTC", begins_at=BEGINS)
    both = Both(stores, district)
    for number, (units, stream, day, precision) in enumerate(told):
        first = day.replace(day=1) if precision != "day" else day
        subjects = tuple(sorted(["activity:A1", *(f"unit:{unit}" for unit in units)]))
        note = noted(number, occurred_on=first, precision=precision, subjects=subjects)
        both.append(write(note, stream=stream))
    names = {event.hold for event in placed if isinstance(event, LegalHoldPlaced)}
    for number, event in enumerate([*placed, *(r for r in released if r.hold in names)]):
        both.append(write(new(event, f"h{number}"), stream="holds"))
    for number in range(len(told)):
        step = withdrawal(f"w{number}", event_id(number), "data.note")
        memory, database = both.append(write(step, stream=f"redaction-{number}"))
        assert memory == database
    logs = [store.read_log(district, after=0, limit=100) for store in stores]
    assert [each.withheld for each in logs[0]] == [each.withheld for each in logs[1]]
