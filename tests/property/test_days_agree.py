"""Rules of recurrence, closed days, clock changes and summers: others come to the same days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from cot_flows.reviews.expanding import expand
from domain.school_calendar import SchoolCalendar

FIRST, LAST = date(2025, 7, 1), date(2028, 6, 30)
BEGINS = date(2025, 9, 1)
UNTIL = date(2028, 5, 31)
DAY = timedelta(days=1)
Closed = frozenset[date]
ZONES = ("America/Los_Angeles", "America/Phoenix", "Europe/London")
RULES = {
    "FREQ=MONTHLY;BYDAY=1MO": "20250901",
    "FREQ=MONTHLY;BYDAY=2TU": "20250909",
    "FREQ=MONTHLY;BYDAY=3MO": "20250915",
    "FREQ=MONTHLY;BYDAY=5WE": "20251029",
    "FREQ=MONTHLY;BYDAY=-1FR": "20250926",
    "FREQ=MONTHLY;BYMONTHDAY=15": "20250915",
    "FREQ=MONTHLY;BYMONTHDAY=-1": "20250930",
    "FREQ=MONTHLY;BYMONTHDAY=31": "20251031",
    "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TH": "20250911",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2": "20250929",
    "FREQ=WEEKLY;INTERVAL=6": "20250901",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TH": "20250904",
    "FREQ=DAILY;INTERVAL=10": "20250901",
    "FREQ=YEARLY": "20250901",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29": "20280229",
    "FREQ=YEARLY;BYMONTH=3,11;BYDAY=1SU": "20251102",
    "FREQ=MONTHLY;BYDAY=-1FR;COUNT=7": "20250926",
}
"""Rules, each with a day to begin on that it comes to itself: what others do RFC 5545 leaves open."""


def holidays(*days: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in days)


def between(first: str, last: str) -> frozenset[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return frozenset(start + n * DAY for n in range((end - start).days + 1))


CLOSURES = {
    "none": frozenset[date](),
    "holidays": holidays("2025-09-01", "2025-11-27", "2025-11-28", "2026-02-16", "2026-05-25"),
    "winter": between("2025-12-20", "2026-01-04") | between("2026-12-19", "2027-01-03"),
    "summers": between("2026-06-13", "2026-08-16") | between("2027-06-12", "2027-08-15"),
    "clock changes": holidays("2026-03-09", "2026-03-30", "2026-10-26", "2026-11-02"),
}


def school_calendar(closed: Closed) -> SchoolCalendar:
    summers = (
        (date(2026, 6, 13), date(2026, 8, 16)),
        (date(2027, 6, 12), date(2027, 8, 15)),
    )
    return SchoolCalendar(
        version="one", first_day=FIRST, last_day=LAST, closed_days=closed, summer=summers
    )


def busdays(closed: Closed) -> np.busdaycalendar:
    return np.busdaycalendar(holidays=np.array(sorted(closed), dtype="datetime64[D]"))


def offset(day: date, count: int, roll: Literal["forward", "backward"], closed: Closed) -> date:
    """Return the working day so many after a day, as numpy counts them from the rolled day."""
    counted = np.busday_offset(np.datetime64(day), count, roll=roll, busdaycal=busdays(closed))
    return date.fromisoformat(str(counted))


def rolled(days: list[date], closed: Closed) -> tuple[date, ...]:
    """Move days to working days as numpy does, each once."""
    return tuple(sorted({offset(day, 0, "forward", closed) for day in days}))


def read_by_another(text: str, zone: str) -> list[date]:
    """Return the days in a zone on which a program that reads calendars shows an event."""
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", *text.split())
    calendar = Calendar.from_ical("\r\n".join((*lines, "END:VEVENT", "END:VCALENDAR", "")))
    shown = recurring_ical_events.of(calendar).between(BEGINS - DAY, UNTIL + 2 * DAY)
    days = set()
    for each in shown:
        start = each["DTSTART"].dt
        if isinstance(start, datetime):
            start = (start.astimezone(ZoneInfo(zone)) if start.tzinfo else start).date()
        days.add(start)
    return sorted(day for day in days if day <= UNTIL)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("closures", CLOSURES)
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_comes_to_the_days_that_a_reader_of_calendars_shows(
    rule: str, closures: str, zone: str
) -> None:
    closed, day = CLOSURES[closures], RULES[rule]
    for start in (
        f"DTSTART;VALUE=DATE:{day}",
        f"DTSTART;TZID={zone}:{day}T023000",  # The hour that a clock change skips or repeats.
        f"DTSTART;TZID={zone}:{day}T233000",
        f"DTSTART:{day}T063000Z",  # The evening before where it is west of Greenwich.
    ):
        text = f"{start}\nRRULE:{rule}"
        found = expand(text, zone=ZoneInfo(zone), calendar=school_calendar(closed), until=UNTIL)
        assert found == rolled(read_by_another(text, zone), closed), start


def nth(month: np.datetime64, weekday: str, number: int) -> date:
    """Return the nth weekday of a month, or the last for -1, as numpy counts them."""
    from_month = month + 1 if number < 0 else month
    ahead = number if number < 0 else number - 1
    found = np.busday_offset(
        from_month.astype("datetime64[D]"), ahead, roll="forward", weekmask=weekday
    )
    return date.fromisoformat(str(found))


def monthly(weekday: str, number: int) -> list[date]:
    months = np.arange(np.datetime64("2025-09"), np.datetime64("2028-06"))
    return [nth(month, weekday, number) for month in months]


@pytest.mark.parametrize("closures", CLOSURES)
@pytest.mark.parametrize(
    ("rule", "counted"),
    [
        ("FREQ=MONTHLY;BYDAY=1MO", lambda: monthly("Mon", 1)),
        ("FREQ=MONTHLY;BYDAY=3MO", lambda: monthly("Mon", 3)),
        ("FREQ=MONTHLY;BYDAY=-1FR", lambda: monthly("Fri", -1)),
        (
            "FREQ=WEEKLY;INTERVAL=6",
            lambda: [BEGINS + n * 42 * DAY for n in range(24)],
        ),
        ("FREQ=YEARLY", lambda: [date(year, 9, 1) for year in (2025, 2026, 2027)]),
    ],
)
def test_a_rule_comes_to_the_days_that_are_counted_without_any_rule(
    rule: str, counted: Callable[[], list[date]], closures: str
) -> None:
    closed = CLOSURES[closures]
    found = expand(
        f"DTSTART:20250901\nRRULE:{rule}",
        zone=ZoneInfo("UTC"),
        calendar=school_calendar(closed),
        until=UNTIL,
    )
    assert found == rolled(counted(), closed)


def test_ten_working_days_over_presidents_day_are_what_numpy_counts() -> None:
    closed = holidays("2026-02-16")
    ours = school_calendar(closed).add_working_days(date(2026, 2, 13), 10)
    numpys = offset(date(2026, 2, 13), 10, "forward", closed)
    assert ours == numpys == date(2026, 3, 2)


DAYS = st.dates(FIRST, LAST)


@given(start=DAYS, count=st.integers(-60, 60), closed=st.frozensets(DAYS, max_size=60))
def test_working_days_are_added_as_numpy_adds_them(start: date, count: int, closed: Closed) -> None:
    # A day off is no day to count from: the first one after it is the next working day.
    expected = offset(start, count, "backward" if count > 0 else "forward", closed)
    assert school_calendar(closed).add_working_days(start, count) == (expected if count else start)


@given(one=DAYS, other=DAYS, closed=st.frozensets(DAYS, max_size=60))
def test_working_days_between_are_counted_as_numpy_counts_them(
    one: date, other: date, closed: Closed
) -> None:
    first, last = sorted((one, other))
    ours = school_calendar(closed).working_days_between(first, last)
    assert ours == np.busday_count(first + DAY, last + DAY, busdaycal=busdays(closed))


@given(
    number=st.integers(1, 4),
    weekday=st.sampled_from(("MO", "TU", "WE", "TH", "FR", "SA", "SU")),
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    closed=st.frozensets(DAYS, max_size=200),
)
def test_an_hour_of_the_districts_own_never_moves_a_day(
    number: int, weekday: str, zone: str, hour: int, closed: Closed
) -> None:
    rule = f"RRULE:FREQ=MONTHLY;BYDAY={number}{weekday}"
    at = datetime.combine(BEGINS, time(hour), UTC).strftime("%Y%m%dT%H%M%S")
    calendar = school_calendar(closed)
    timed, plain = (
        expand(f"{start}\n{rule}", zone=ZoneInfo(zone), calendar=calendar, until=UNTIL)
        for start in (f"DTSTART;TZID={zone}:{at}", "DTSTART:20250901")
    )
    assert timed == plain
    assert all(calendar.is_working_day(day) for day in timed)
    assert all(earlier < later for earlier, later in pairwise(timed))
