"""Other programs see each date on its day, whatever the zone and when the clocks change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar

from cot_flows.bootstrap import Engine
from tests.support.burg import Burg, burg
from tests.support.month import month_page, on_day

AUTUMN = (date(2025, 10, 31), date(2025, 11, 1), date(2025, 11, 2), date(2025, 11, 3))
SPRING = (date(2026, 3, 6), date(2026, 3, 8), date(2026, 3, 9))
"""Days around those on which clocks are put back and forward in the United States."""

DAYS = (*AUTUMN, *SPRING)
ZONES = ("America/Los_Angeles", "America/New_York", "Pacific/Auckland", "UTC")


@pytest.fixture
def dated(engine: Engine) -> Burg:
    """A district with one review due on each of the days; the last two opened in winter time."""
    small = burg(engine)
    for day in DAYS[:-1]:
        small.review(f"R-{day}", day)
    small.go_to(date(2025, 11, 5))
    small.review(f"R-{DAYS[-1]}", DAYS[-1])
    return small


def titles(found: list[object]) -> list[str]:
    """The ids of reviews in the titles of entries."""
    return [str(each["SUMMARY"]).split("; ")[1].split(",")[0] for each in found]  # type: ignore[index]


def test_each_review_is_found_on_its_own_day_and_on_no_other(dated: Burg) -> None:
    made = dated.calendar()
    for day in DAYS:
        for seen in (day - timedelta(days=1), day, day + timedelta(days=1)):
            expected = [f"R-{seen}"] if seen in DAYS else []
            assert titles(on_day(made, seen)) == expected


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_of_23_or_25_hours_holds_its_review_whole(dated: Burg, zone: str) -> None:
    query = recurring_ical_events.of(Calendar.from_ical(dated.calendar()))
    for day in DAYS:
        begins = datetime.combine(day, time(0), ZoneInfo(zone))
        ends = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone))
        found = query.between(begins, ends)
        assert titles(list(found)) == [f"R-{day}"]
        (entry,) = found
        # A day without a time: nothing that a zone could move.
        assert type(entry.start) is date
        assert (entry.start, entry.end) == (day, day + timedelta(days=1))


def test_when_the_log_heard_of_it_is_told_in_local_time_before_and_after_the_change(
    dated: Burg,
) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    stamps = {
        str(each["SUMMARY"]): each.DTSTAMP.astimezone(zone)
        for each in Calendar.from_ical(dated.calendar()).walk("VEVENT")
    }
    summer = next(at for title, at in stamps.items() if f"R-{DAYS[0]}" in title)
    winter = next(at for title, at in stamps.items() if f"R-{DAYS[-1]}" in title)
    # Noon in Greenwich both times.
    assert (summer.hour, summer.utcoffset()) == (5, timedelta(hours=-7))
    assert (winter.hour, winter.utcoffset()) == (4, timedelta(hours=-8))


def test_a_month_made_by_others_holds_every_review_once(dated: Burg) -> None:
    page = month_page(dated.calendar(), 2025, 11)
    for day in AUTUMN:
        _, _, cell = page.partition(f'id="d{day}"')
        assert f"R-{day}," in cell.partition("</td>")[0]
    assert page.count("<p ") == len(AUTUMN)
