"""Dates that are known only to the month, the year or the school year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidData
from domain.message import Precision
from domain.occurrence import Bracket, bracket_of


@pytest.mark.parametrize(
    ("day", "precision", "last"),
    [
        (date(2014, 6, 13), "day", date(2014, 6, 13)),
        (date(2016, 2, 1), "month", date(2016, 2, 29)),
        (date(2010, 12, 1), "month", date(2010, 12, 31)),
        (date(2008, 1, 1), "year", date(2008, 12, 31)),
        (date(2000, 7, 1), "school_year", date(2001, 6, 30)),
    ],
)
def test_a_date_stands_for_every_day_of_its_bracket(
    day: date, precision: Precision, last: date
) -> None:
    assert bracket_of(day, precision) == Bracket(first=day, last=last)


@pytest.mark.parametrize(
    ("day", "precision", "written_as"),
    [
        (date(2014, 6, 13), "month", "the 1st of the month"),
        (date(2014, 6, 1), "year", "1 January"),
        (date(2014, 1, 1), "school_year", "1 July"),
    ],
)
def test_a_date_that_is_not_the_first_of_its_bracket_is_refused(
    day: date, precision: Precision, written_as: str
) -> None:
    with pytest.raises(InvalidData, match=f"{day} with precision .* written as {written_as}"):
        bracket_of(day, precision)


def test_an_unknown_precision_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InvalidData, match="no precision 'week'; use day, month, year or school"):
        bracket_of(date(2014, 1, 1), "week")  # type: ignore[arg-type]


def test_a_school_year_beyond_the_last_possible_date_is_refused() -> None:
    with pytest.raises(InvalidData, match="cannot start in 9999"):
        bracket_of(date(9999, 7, 1), "school_year")


@given(
    # The year 9998 would leave no room for the school year after it.
    st.integers(min_value=1, max_value=9997),
    st.sampled_from([("month", 1), ("year", 1), ("school_year", 7), ("month", 12)]),
)
def test_the_day_after_a_bracket_starts_the_next_one(
    year: int, start: tuple[Precision, int]
) -> None:
    precision, month = start
    bracket = bracket_of(date(year, month, 1), precision)
    following = date.fromordinal(bracket.last.toordinal() + 1)
    assert following.day == 1
    assert bracket_of(following, precision).first == following
