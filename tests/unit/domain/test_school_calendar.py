"""Examples of the school calendar: working days, days that count half."""

from datetime import date

import pytest
from pydantic import ValidationError

from domain.errors import InvalidData
from domain.school_calendar import SchoolCalendar

FRIDAY = date(2026, 2, 13)
PRESIDENTS_DAY = date(2026, 2, 16)
CALENDAR = SchoolCalendar(
    version="2025-27",
    first_day=date(2025, 7, 1),
    last_day=date(2027, 6, 30),
    closed_days=frozenset({PRESIDENTS_DAY, date(2025, 12, 25)}),
    summer=((date(2025, 7, 1), date(2025, 8, 10)), (date(2026, 6, 12), date(2026, 8, 9))),
)


def test_ten_working_days_from_13_february_2026_skip_presidents_day() -> None:
    assert CALENDAR.add_working_days(FRIDAY, 10) == date(2026, 3, 2)


def test_the_same_ten_days_are_found_between_the_two_dates() -> None:
    assert CALENDAR.working_days_between(FRIDAY, date(2026, 3, 2)) == 10


def test_weekends_and_closed_days_are_no_working_days() -> None:
    assert CALENDAR.is_working_day(FRIDAY)
    assert not CALENDAR.is_working_day(date(2026, 2, 14))
    assert not CALENDAR.is_working_day(date(2026, 2, 15))
    assert not CALENDAR.is_working_day(PRESIDENTS_DAY)


def test_adding_no_working_day_gives_the_day_back_even_when_closed() -> None:
    assert CALENDAR.add_working_days(PRESIDENTS_DAY, 0) == PRESIDENTS_DAY


def test_a_negative_count_goes_back_over_the_holiday() -> None:
    assert CALENDAR.add_working_days(date(2026, 2, 18), -3) == date(2026, 2, 12)


def test_outside_the_calendar_only_the_weekday_decides() -> None:
    assert CALENDAR.is_working_day(date(2028, 12, 25))
    assert not CALENDAR.is_working_day(date(2028, 12, 24))
    assert CALENDAR.weighted_days(date(2027, 6, 30), date(2027, 7, 10)) == 20


def test_sixty_days_without_an_event_end_on_the_day_the_stall_is_seen() -> None:
    assert CALENDAR.weighted_days(date(2025, 12, 15), FRIDAY) == 2 * 60


def test_summer_days_count_one_half() -> None:
    # 10 and 11 June are ordinary; 12, 13 and 14 June are summer.
    assert CALENDAR.weighted_days(date(2026, 6, 9), date(2026, 6, 14)) == 2 * 2 + 3


@pytest.mark.parametrize(("half_days", "counted"), [(0, 4), (1, 7), (2, 10)])
def test_the_weight_of_a_summer_day_can_be_chosen(half_days: int, counted: int) -> None:
    weighted = CALENDAR.weighted_days(
        date(2026, 6, 9), date(2026, 6, 14), summer_half_days=half_days
    )
    assert weighted == counted


def test_a_summer_day_cannot_count_more_than_a_day() -> None:
    with pytest.raises(InvalidData, match="0, 1 or 2 half days, not 3"):
        CALENDAR.weighted_days(FRIDAY, FRIDAY, summer_half_days=3)


def test_days_on_hold_count_nothing_and_overlapping_holds_count_once() -> None:
    holds = [(date(2026, 2, 15), date(2026, 2, 18)), (date(2026, 2, 17), date(2026, 2, 20))]
    assert CALENDAR.weighted_days(FRIDAY, date(2026, 2, 23), holds) == 2 * 4


def test_a_hold_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidData, match="the hold from 2026-02-16 ends earlier"):
        CALENDAR.weighted_days(FRIDAY, date(2026, 2, 23), [(PRESIDENTS_DAY, FRIDAY)])


def test_counting_backward_is_refused() -> None:
    with pytest.raises(InvalidData, match="2026-02-16 to 2026-02-13"):
        CALENDAR.working_days_between(PRESIDENTS_DAY, FRIDAY)
    with pytest.raises(InvalidData, match="2026-02-16 to 2026-02-13"):
        CALENDAR.weighted_days(PRESIDENTS_DAY, FRIDAY)


def test_a_calendar_writes_its_closed_days_in_order() -> None:
    document = CALENDAR.model_dump(mode="json")
    assert document["closed_days"] == ["2025-12-25", "2026-02-16"]
    assert SchoolCalendar.model_validate(document) == CALENDAR


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"last_day": date(2025, 6, 30)}, "ends on 2025-06-30, before it starts"),
        ({"closed_days": {date(2027, 7, 5)}}, "leave out the closed day 2027-07-05"),
        ({"summer": [(date(2026, 8, 1), date(2026, 7, 1))]}, "must run forward"),
        ({"summer": [(date(2027, 6, 12), date(2027, 8, 1))]}, "lie within"),
        (
            {
                "summer": [
                    (date(2026, 6, 1), date(2026, 7, 1)),
                    (date(2026, 7, 1), date(2026, 8, 1)),
                ]
            },
            "must come after the one before it, which ends on 2026-07-01",
        ),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(
    changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        SchoolCalendar.model_validate(CALENDAR.model_dump() | changes)
