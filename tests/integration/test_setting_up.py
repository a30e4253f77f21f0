"""Setting a district up again: harmless the next day and the next year, refused where it differs."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cot_flows import setting_up
from cot_flows.bootstrap.engine import codec
from cot_flows.errors import NotConfigured
from cot_flows.setting_up import DistrictPlan, Person, SetUp, set_up_district
from domain.facts.district import SchoolCalendarPublished
from domain.ids import DISTRICT_STREAM
from events.errors import LogDiffers
from events.memory import MemoryStore
from events.store import EventStore

PLAN = DistrictPlan(
    district="testburg",
    name="Testburg Unified",
    time_zone="America/Los_Angeles",
    people=(Person("s-1", "steward", "Ann"),),
    state="CA",
    closed_days=(date(2026, 11, 25),),
    units=("HR", "IT"),
)
FIRST = datetime(2026, 10, 1, 17, tzinfo=UTC)
YEARS_ON = (
    datetime(2026, 10, 2, 17, tzinfo=UTC),
    datetime(2027, 7, 1, 17, tzinfo=UTC),
    datetime(2028, 3, 1, 17, tzinfo=UTC),
    datetime(2031, 9, 1, 17, tzinfo=UTC),
)


class Clock:
    """Tells the time it was set to."""

    def __init__(self) -> None:
        self.now = FIRST

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> EventStore:
    """Return a store on which the district was set up in the autumn of 2026."""
    memory = MemoryStore(codec(), clock)
    first = again(memory, clock, FIRST)
    assert (first.recognised, first.remarks) == (0, ())
    return memory


def again(store: EventStore, clock: Clock, moment: datetime, plan: DistrictPlan = PLAN) -> SetUp:
    clock.now = moment
    return set_up_district(store, plan, now=clock)


def calendars(store: EventStore) -> list[SchoolCalendarPublished]:
    events = [each.event for each in store.read_stream("testburg", DISTRICT_STREAM)]
    return [event for event in events if isinstance(event, SchoolCalendarPublished)]


@pytest.mark.parametrize("moment", YEARS_ON)
def test_setting_up_again_records_nothing_in_whatever_year(
    store: EventStore, clock: Clock, moment: datetime
) -> None:
    before = store.head("testburg").position
    done = again(store, clock, moment)
    assert (done.recorded, done.recognised) == (0, before)
    assert store.head("testburg").position == before
    (calendar,) = calendars(store)
    assert (calendar.first_day, calendar.last_day) == (date(2026, 7, 1), date(2029, 6, 30))


def test_a_later_year_says_until_when_the_calendar_reaches(store: EventStore, clock: Clock) -> None:
    assert again(store, clock, YEARS_ON[0]).remarks == ()
    (remark,) = again(store, clock, YEARS_ON[1]).remarks
    assert "2026-2029 stays; it ends on 2029-06-30" in remark
    assert "publish-school-calendar" in remark


def test_units_that_are_named_later_are_added(store: EventStore, clock: Clock) -> None:
    done = again(store, clock, YEARS_ON[1], replace(PLAN, units=("HR", "IT", "FIN")))
    assert done.recorded == 1


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Another Unified"},
        {"people": (Person("s-1", "chair", "Ann"),)},
        {"calendar_to": date(2030, 6, 30)},
        {"closed_days": (date(2026, 11, 24),)},
        {"state": "NY"},
    ],
)
def test_other_words_than_those_on_record_are_refused(
    store: EventStore, clock: Clock, other: dict[str, object]
) -> None:
    before = store.head("testburg").position
    with pytest.raises(NotConfigured, match="was set up with another"):
        again(store, clock, YEARS_ON[1], replace(PLAN, **other))  # type: ignore[arg-type]
    assert store.head("testburg").position == before


def test_another_time_zone_is_refused(store: EventStore, clock: Clock) -> None:
    with pytest.raises(LogDiffers):
        again(store, clock, YEARS_ON[1], replace(PLAN, time_zone="UTC"))


def test_what_a_newer_program_ships_leaves_what_is_on_record(
    store: EventStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = setting_up.publish_shipped_rubric().model_copy(update={"rubric_version": "9.0"})
    monkeypatch.setattr(setting_up, "publish_shipped_rubric", lambda: newer)
    before = store.head("testburg").position
    done = again(store, clock, YEARS_ON[0])
    assert (done.recorded, done.recognised) == (0, before)
    assert [remark.split(" stays")[0] for remark in done.remarks] == ["the rubric"]
