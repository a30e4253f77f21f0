"""A calendar built from public holidays holds dates, not rules."""

from datetime import date

import pytest

from cot_flows.calendar_building import build_calendar
from domain.errors import InvalidData

FIRST = date(2025, 7, 1)
LAST = date(2027, 6, 30)


def test_public_holidays_become_closed_days() -> None:
    calendar = build_calendar("2025-27", FIRST, LAST)
    assert {date(2026, 2, 16), date(2026, 11, 26), date(2026, 12, 25)} <= calendar.closed_days
    assert calendar.add_working_days(date(2026, 2, 13), 10) == date(2026, 3, 2)


def test_a_state_adds_its_own_holidays() -> None:
    cesar_chavez_day = date(2026, 3, 31)
    assert cesar_chavez_day not in build_calendar("2025-27", FIRST, LAST).closed_days
    in_california = build_calendar("2025-27", FIRST, LAST, subdivision="CA")
    assert cesar_chavez_day in in_california.closed_days


def test_the_districts_own_closed_days_are_added() -> None:
    winter_break = [date(2025, 12, 29), date(2025, 12, 30)]
    calendar = build_calendar("2025-27", FIRST, LAST, extra_closed=winter_break)
    assert calendar.closed_days - build_calendar("2025-27", FIRST, LAST).closed_days == set(
        winter_break
    )


def test_a_new_year_observed_in_the_old_year_is_closed() -> None:
    # 1 January 2028 is a Saturday.
    calendar = build_calendar("2027", date(2027, 1, 1), date(2027, 12, 31))
    assert not calendar.is_working_day(date(2027, 12, 31))


def test_no_closed_day_lies_outside_the_calendar() -> None:
    calendar = build_calendar("autumn", date(2026, 8, 10), date(2026, 12, 18))
    assert calendar.closed_days
    assert all(calendar.covers(day) for day in calendar.closed_days)


def test_summers_are_taken_over() -> None:
    summer = (date(2026, 6, 12), date(2026, 8, 9))
    assert build_calendar("2025-27", FIRST, LAST, summer=[summer]).summer == (summer,)


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(InvalidData, match="'XX' is no state or territory"):
        build_calendar("2025-27", FIRST, LAST, subdivision="XX")


def test_an_own_closed_day_outside_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidData, match="leave out the closed day 2028-01-03"):
        build_calendar("2025-27", FIRST, LAST, extra_closed=[date(2028, 1, 3)])
