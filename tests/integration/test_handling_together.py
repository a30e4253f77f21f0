"""Several requests in one append, on both stores: independent ones only."""

from datetime import UTC, datetime
from itertools import count

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.errors import RequestsDepend
from cot_flows.handling import Handling, Request
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.activity import ReportActivity
from domain.facts.every import EVENT_TYPES
from domain.ids import derived_id
from domain.message import Command
from domain.unit import RegisterUnit
from events.codec import Codec
from events.memory import MemoryStore
from events.store import EventStore

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
DISTRICT = "testburg"


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> EventStore:
    """Return a store of each kind with a district that has begun."""
    if request.param == "memory":
        salts = count(1)
        begun: EventStore = MemoryStore(
            Codec(EVENT_TYPES, lambda: next(salts).to_bytes(16, "big")), lambda: NOW
        )
    else:
        engine: Engine = request.getfixturevalue("engine")
        begun = engine.store
    plan = DistrictPlan(
        district=DISTRICT,
        name="Testburg Unified",
        time_zone="UTC",
        people=(Person("s-1", "steward"),),
        units=("HR",),
        policies=(),
    )
    set_up_district(begun, plan)
    return begun


def asked(command: Command, name: str) -> Request:
    return Request(command=command, event_id=derived_id("test", name), actor="s-1")


def reported(activity: str, title: str, unit: str = "HR") -> ReportActivity:
    return ReportActivity(
        activity=activity,
        external_id=activity,
        kind="role_created",
        unit=unit,
        dimension=3,
        title=title,
        last_day=NOW.date(),
    )


def test_independent_requests_are_recorded_in_their_order(store: EventStore) -> None:
    before = store.head(DISTRICT).position
    together = [asked(reported(each, each), each) for each in ("A2", "A1")]
    Handling(store, lambda: NOW).handle_new(DISTRICT, together)
    events = store.read_log(DISTRICT, after=before, limit=10)
    assert [each.stream for each in events] == ["activity-A2", "activity-A1"]


def test_two_requests_for_one_stream_are_refused_and_neither_is_lost_silently(
    store: EventStore,
) -> None:
    before = store.head(DISTRICT).position
    together = [asked(reported("A1", title), title) for title in ("first", "second")]
    with pytest.raises(RequestsDepend, match=r"stream activity-A1.*send the later one by itself"):
        Handling(store, lambda: NOW).handle_new(DISTRICT, together)
    assert store.head(DISTRICT).position == before


@pytest.mark.parametrize("order", [1, -1], ids=["changed-then-read", "read-then-changed"])
def test_a_request_that_reads_what_another_changes_is_refused(
    store: EventStore, order: int
) -> None:
    before = store.head(DISTRICT).position
    opens = asked(RegisterUnit(unit="NEW", name="New"), "new")
    below = asked(RegisterUnit(unit="SUB", name="Below", parent="HR"), "sub")
    parent = asked(RegisterUnit(unit="HR", name="Again"), "again")
    together = [parent, below, opens][::order]
    with pytest.raises(RequestsDepend, match="stream unit-HR"):
        Handling(store, lambda: NOW).handle_new(DISTRICT, together)
    assert store.head(DISTRICT).position == before
