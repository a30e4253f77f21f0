"""The contract of reading, for every store: order, bounds, what is unknown, what was known when."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.facts.activity import ActivityProgressNoted, ActivityStarted
from domain.facts.correction import FactRetracted
from events.active import history_of
from events.envelope import Head, History
from events.errors import (
    ClockAhead,
    LogDiffers,
    LogRefused,
    TimeNotYetKnown,
    TimeRefused,
    UnknownLog,
)
from events.memory import MemoryStore
from events.store import EventStore
from tests.contract.conftest import Log
from tests.support.log import BEGINS, ZONE, event_id, new, noted, plain_codec, started, write

HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)


def put_at(log: Log, name: str, moment: datetime) -> None:
    log.store.append(log.district, [write(started(name))], recorded_at=moment)


def test_a_stream_is_read_in_order_and_as_known_at_a_position(log: Log) -> None:
    for number in range(6):
        log.put(started(number), stream=f"s-{number % 2}")
    whole = log.store.read_stream(log.district, "s-1")
    assert [(e.position, e.stream_version) for e in whole] == [(2, 1), (4, 2), (6, 3)]
    nothing: list[int] = []
    known_at = ((4, [2, 4]), (3, [2]), (1, nothing), (0, nothing), (-1, nothing), (99, [2, 4, 6]))
    for up_to, expected in known_at:
        known = log.store.read_stream(log.district, "s-1", up_to=up_to)
        assert [e.position for e in known] == expected


def test_an_unknown_stream_or_district_has_no_events(log: Log) -> None:
    log.put(started("a"))
    assert log.store.read_stream(log.district, "nowhere") == []
    assert log.store.read_stream("nowhere", "activity-A1") == []
    assert log.store.read_log("nowhere", after=0, limit=10) == []
    assert log.store.read_subjects("nowhere", ["activity:A1"]) == []
    assert log.store.find("nowhere", started("a").event_id) is None


def test_a_log_is_read_in_pages(log: Log) -> None:
    log.put(*(started(number) for number in range(7)))
    nothing: list[int] = []
    for after, limit, expected in (
        (0, 3, [1, 2, 3]),
        (3, 3, [4, 5, 6]),
        (6, 3, [7]),
        (7, 3, nothing),
        (99, 3, nothing),
        (0, 0, nothing),
        (-5, 3, [1, 2, 3]),
    ):
        page = log.store.read_log(log.district, after=after, limit=limit)
        assert [e.position for e in page] == expected


def test_events_about_subjects_come_once_and_in_order(log: Log) -> None:
    log.put(started("a", subjects=("unit:A", "unit:B")))
    log.put(started("b", subjects=("unit:C",)))
    log.put(started("c", subjects=("unit:B",)))
    log.put(started("d", subjects=("*",)))

    def about(*subjects: str, up_to: int | None = None) -> list[int]:
        found = log.store.read_subjects(log.district, subjects, up_to=up_to)
        return [e.position for e in found]

    assert about("unit:B", "unit:A", "unit:B") == [1, 3]
    assert about("unit:A", "unit:C") == [1, 2]
    assert about("unit:B", up_to=2) == [1]
    assert about("unit:B", up_to=0) == about("unit:B", up_to=-1) == []
    assert about("unit:Z") == about() == []
    assert about("*") == [4]


def test_an_event_is_found_by_its_id(log: Log) -> None:
    log.put(started("a"), started("b"))
    found = log.store.find(log.district, started("b").event_id)
    assert found is not None
    assert (found.position, found.event_id) == (2, started("b").event_id)
    assert log.store.find(log.district, event_id("nowhere")) is None


def test_a_recorded_event_becomes_what_a_decider_folds(log: Log) -> None:
    log.put(started("a"))
    happened = log.all()[0].happened()
    assert (happened.position, happened.event) == (1, started("a").event)


def test_deciders_are_given_the_last_word_on_each_fact(log: Log) -> None:
    log.put(started("a"), noted("b", note="names a person"))
    corrects = log.all()[0].event_id
    log.put(started("c", corrects=corrects, effective_from=date(2025, 9, 1)))
    log.put(started("d", activity="A2"), stream="activity-A2")
    for name, up_to in (("activity-A1", None), ("activity:A1", None), ("activity-A1", 2)):
        recorded = [e for e in log.all() if e.position <= (up_to or 99) and "A2" not in e.stream]
        history = log.store.history(log.district, name, up_to=up_to)
        assert history == history_of(recorded)
    first, second = log.store.history(log.district, "activity-A1").facts
    assert (first.position, first.effective_from) == (1, date(2025, 9, 1))
    assert second.position == 2
    assert isinstance(second.event, ActivityProgressNoted)
    # No decider reads a personal value: what it decides must not change when one is withdrawn.
    assert second.event.note is None
    assert log.store.history(log.district, "activity-A1").version == 3


def test_a_corrected_fact_that_concerns_a_subject_only_now_keeps_the_place_of_the_first(
    log: Log,
) -> None:
    log.put(started("a", subjects=("unit:A",)), started("b", subjects=("unit:B",)))
    first = log.all()[0].event_id
    log.put(started("c", corrects=first, subjects=("unit:A", "unit:B")))
    facts = log.store.history(log.district, "unit:B").facts
    assert [each.position for each in facts] == [1, 2]


def test_of_a_fact_that_was_taken_back_deciders_are_given_the_retraction(log: Log) -> None:
    log.put(started("a"), started("b"))
    retraction = FactRetracted(type_retracted="ActivityStarted")
    log.put(new(retraction, "c", corrects=log.all()[0].event_id))
    first, second = log.store.history(log.district, "activity-A1").facts
    assert (type(first.event), type(second.event)) == (FactRetracted, ActivityStarted)


def test_there_is_nothing_to_fold_of_what_is_not_there(log: Log) -> None:
    for name in ("nowhere", "unit:nowhere"):
        assert log.store.history(log.district, name) == History(0, ())
        assert log.store.history("nowhere", name) == History(0, ())


def test_the_head_of_an_unknown_district_is_refused(store: EventStore) -> None:
    for name in ("nowhere", "", "bay\x00", "\udcff"):
        with pytest.raises(UnknownLog):
            store.head(name)
        with pytest.raises(UnknownLog):
            store.position_known_at(name, BEGINS)
        with pytest.raises(UnknownLog):
            store.position_known_at(name, BEGINS.date())


def test_heads_are_told_by_name(log: Log) -> None:
    later = f"{log.district}-z"
    log.store.create_log(later, clock="server", time_zone="UTC")
    log.put(started("a"), started("b"))
    mine = [head for head in log.store.heads() if head.district.startswith(log.district)]
    assert [head.district for head in mine] == [log.district, later]
    assert mine[0] == Head(log.district, 2, log.now, "simulated", ZONE)
    assert mine[0] == log.store.head(log.district)
    assert (mine[1].position, mine[1].clock, mine[1].time_zone) == (0, "server", "UTC")


def test_a_log_that_begins_twice_just_so_is_begun_once(store: EventStore, district: str) -> None:
    assert store.create_log(district, clock="server", time_zone=ZONE)
    assert not store.create_log(district, clock="server", time_zone=ZONE)


def test_a_log_that_exists_otherwise_is_not_changed(store: EventStore, district: str) -> None:
    store.create_log(district, clock="server", time_zone=ZONE)
    with pytest.raises(LogDiffers):
        store.create_log(district, clock="simulated", time_zone=ZONE)
    with pytest.raises(LogDiffers):
        store.create_log(district, clock="server", time_zone="UTC")
    head = store.head(district)
    assert (head.clock, head.time_zone) == ("server", ZONE)


@pytest.mark.parametrize(
    "name", ["", "Bay", "-bay", "bay\n", "b" * 64, "b a y", "bay_1", "b\u00e4y", "bay\x00"]
)
def test_a_name_that_is_not_plain_cannot_name_a_district(store: EventStore, name: str) -> None:
    with pytest.raises(LogRefused, match="name a district"):
        store.create_log(name, clock="server", time_zone="UTC")


@pytest.mark.parametrize(
    "zone",
    [
        *("", "Nowhere/City", "../UTC", "America", "Foo-5", "america/chicago"),
        *("localtime", "posixrules", "posix/UTC", "right/UTC"),
    ],
)
def test_a_log_cannot_be_kept_in_no_time_zone(store: EventStore, district: str, zone: str) -> None:
    with pytest.raises(LogRefused, match="no time zone"):
        store.create_log(district, clock="server", time_zone=zone)


def test_the_first_time_is_for_simulated_clocks_only(store: EventStore, district: str) -> None:
    with pytest.raises(LogRefused, match="server clock"):
        store.create_log(district, clock="server", time_zone=ZONE, begins_at=BEGINS)
    with pytest.raises(LogRefused, match="time zone"):
        store.create_log(
            district,
            clock="simulated",
            time_zone=ZONE,
            begins_at=datetime(2025, 1, 1),  # noqa: DTZ001
        )
    with pytest.raises(UnknownLog):
        store.head(district)


def test_a_simulated_clock_demands_a_time_not_before_the_head(log: Log) -> None:
    put_at(log, "a", BEGINS)
    put_at(log, "b", BEGINS + HOUR)
    for name, moment in (("c", None), ("d", BEGINS + HOUR - MICROSECOND)):
        with pytest.raises(TimeRefused):
            log.store.append(log.district, [write(started(name))], recorded_at=moment)
    put_at(log, "e", BEGINS + HOUR)
    assert [e.recorded_at for e in log.all()] == [BEGINS, BEGINS + HOUR, BEGINS + HOUR]


def test_a_simulated_clock_does_not_begin_before_its_first_time(log: Log) -> None:
    with pytest.raises(TimeRefused):
        put_at(log, "a", BEGINS - MICROSECOND)


def test_a_simulated_time_in_another_zone_is_the_same_moment(log: Log) -> None:
    put_at(log, "a", BEGINS.astimezone(ZoneInfo("Asia/Kathmandu")))
    assert log.all()[0].recorded_at == BEGINS
    assert log.store.head(log.district).recorded_at == BEGINS


def test_a_server_clock_refuses_a_time(live: Log) -> None:
    with pytest.raises(TimeRefused):
        put_at(live, "a", datetime.now(UTC))
    assert live.head() == 0


def test_a_server_clock_never_goes_back(live: Log) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    for number in range(20):
        live.store.append(live.district, [write(started(number))])
    times = [e.recorded_at for e in live.all()]
    assert times == sorted(times)
    assert before < times[0] <= times[-1] < datetime.now(UTC) + timedelta(seconds=5)
    assert live.store.head(live.district).recorded_at == times[-1]


def test_what_was_known_at_a_time_includes_the_events_of_that_microsecond(log: Log) -> None:
    put_at(log, "a", BEGINS)
    put_at(log, "b", BEGINS + HOUR)
    put_at(log, "c", BEGINS + HOUR)
    put_at(log, "d", BEGINS + 2 * HOUR)
    put_at(log, "head", BEGINS + 3 * HOUR)
    known = log.store.position_known_at
    assert known(log.district, BEGINS - MICROSECOND) == 0
    assert known(log.district, BEGINS) == 1
    assert known(log.district, BEGINS + HOUR - MICROSECOND) == 1
    assert known(log.district, BEGINS + HOUR) == 3
    assert known(log.district, BEGINS + 2 * HOUR - MICROSECOND) == 3
    assert known(log.district, BEGINS + 2 * HOUR) == 4
    in_another_zone = (BEGINS + HOUR).astimezone(ZoneInfo("Asia/Tokyo"))
    assert known(log.district, in_another_zone) == 3


def test_every_position_is_found_by_its_time_whatever_the_length_of_the_log(log: Log) -> None:
    for number in range(17):
        put_at(log, str(number), BEGINS + number * HOUR)
        for place in range(number):
            moment = BEGINS + place * HOUR
            assert log.store.position_known_at(log.district, moment) == place + 1


def test_a_simulated_time_after_the_head_is_not_known_yet(log: Log) -> None:
    put_at(log, "a", BEGINS)
    with pytest.raises(TimeNotYetKnown):
        log.store.position_known_at(log.district, BEGINS + MICROSECOND)


def test_a_server_time_that_has_passed_is_answered_for_ever(live: Log) -> None:
    live.store.append(live.district, [write(started("a"))])
    moment = live.store.head(live.district).recorded_at
    assert live.store.position_known_at(live.district, moment) == 1
    live.store.append(live.district, [write(started("b"))])
    assert live.store.position_known_at(live.district, moment) == 1
    assert live.store.position_known_at(live.district, moment - HOUR) == 0


def test_a_server_time_to_come_is_not_known_yet(live: Log) -> None:
    live.store.append(live.district, [write(started("a"))])
    with pytest.raises(TimeNotYetKnown):
        live.store.position_known_at(live.district, datetime.now(UTC) + HOUR)
    with pytest.raises(TimeNotYetKnown):
        live.store.position_known_at(live.district, datetime.now(UTC).date() + timedelta(days=2))


def test_today_by_a_server_clock_is_not_over_yet(live: Log) -> None:
    live.store.append(live.district, [write(started("a"))])
    today = datetime.now(ZoneInfo(ZONE)).date()
    with pytest.raises(TimeNotYetKnown, match="leave it out"):
        live.store.position_known_at(live.district, today)


@pytest.mark.parametrize("when", [date(9999, 12, 31), datetime(9999, 12, 31, 23, tzinfo=UTC)])
def test_the_last_year_of_the_calendar_is_not_over_yet(log: Log, when: date) -> None:
    put_at(log, "a", BEGINS)
    with pytest.raises(TimeNotYetKnown):
        log.store.position_known_at(log.district, when)


def test_the_present_day_of_a_simulated_clock_means_its_present_moment(log: Log) -> None:
    put_at(log, "a", BEGINS)
    assert log.store.position_known_at(log.district, BEGINS) == 1
    assert log.store.position_known_at(log.district, BEGINS.astimezone(ZoneInfo(ZONE)).date()) == 1
    with pytest.raises(TimeNotYetKnown):
        log.store.position_known_at(log.district, BEGINS + MICROSECOND)


def test_a_time_without_a_zone_is_refused(log: Log) -> None:
    put_at(log, "a", BEGINS)
    with pytest.raises(ValueError, match="time zone"):
        log.store.position_known_at(log.district, datetime(2025, 8, 1))  # noqa: DTZ001


def test_a_bare_date_means_its_end_in_the_districts_zone(log: Log) -> None:
    midnight = datetime(2025, 8, 5, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    put_at(log, "before", midnight - MICROSECOND)
    put_at(log, "at", midnight)
    put_at(log, "later", midnight + 24 * HOUR)
    known = log.store.position_known_at
    assert known(log.district, date(2025, 8, 3)) == 0
    assert known(log.district, date(2025, 8, 4)) == 1
    assert known(log.district, date(2025, 8, 5)) == 2
    assert known(log.district, date(2025, 8, 6)) == 3
    with pytest.raises(TimeNotYetKnown):
        known(log.district, date(2025, 8, 7))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/Los_Angeles", date(2025, 11, 2), 25),
        ("America/Los_Angeles", date(2026, 3, 8), 23),
        ("America/Phoenix", date(2026, 3, 8), 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Santiago", date(2026, 9, 6), 23),
    ],
)
def test_a_day_on_which_clocks_change_is_as_long_as_it_is(
    store: EventStore, district: str, zone: str, day: date, hours: float
) -> None:
    # The day ends 23, 24 or 25 hours after it began; that of Santiago begins at one o'clock.
    starts = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    ends = starts + timedelta(hours=hours)
    store.create_log(district, clock="simulated", time_zone=zone, begins_at=starts - HOUR)
    log = Log(store, plain_codec(), district)
    put_at(log, "eve", starts - MICROSECOND)
    put_at(log, "first", starts)
    put_at(log, "last", ends - MICROSECOND)
    put_at(log, "next", ends)
    put_at(log, "head", ends + 48 * HOUR)
    assert store.position_known_at(district, day - timedelta(days=1)) == 1
    assert store.position_known_at(district, day) == 3


def test_memory_refuses_an_append_while_its_clock_is_behind_the_head() -> None:
    now = [BEGINS]
    store = MemoryStore(plain_codec(), lambda: now[0])
    store.create_log("bay", clock="server", time_zone=ZONE)
    store.append("bay", [write(started("a"))])
    now[0] -= timedelta(minutes=1)
    assert store.append("bay", [write(started("b"))]).recorded_at == BEGINS
    now[0] -= timedelta(minutes=2)
    with pytest.raises(ClockAhead):
        store.append("bay", [write(started("c"))])


def test_a_time_before_a_head_that_lies_ahead_of_the_clock_is_answered() -> None:
    """As by the database: later events get no earlier time than the head, so nothing can change."""
    now = [BEGINS]
    store = MemoryStore(plain_codec(), lambda: now[0])
    store.create_log("bay", clock="server", time_zone=ZONE)
    store.append("bay", [write(started("a"))])
    now[0] -= timedelta(minutes=1)
    assert store.position_known_at("bay", BEGINS - MICROSECOND) == 0
    with pytest.raises(TimeNotYetKnown):
        store.position_known_at("bay", BEGINS)
