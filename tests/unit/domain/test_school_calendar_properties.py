"""What holds for every calendar: adding and counting agree, and counts add up."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.school_calendar import DateRange, SchoolCalendar

FIRST = date(2025, 7, 1)
LAST = date(2027, 6, 30)

# Some days lie before the calendar starts and some after it ends.
days = st.dates(min_value=date(2025, 5, 1), max_value=date(2027, 8, 31))
covered = st.dates(min_value=FIRST, max_value=LAST)
counts = st.integers(min_value=0, max_value=60)


def in_order(pair: tuple[date, date]) -> DateRange:
    return min(pair), max(pair)


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """A calendar of two years with any closed days and none or one summer in it."""
    return SchoolCalendar(
        version="any",
        first_day=FIRST,
        last_day=LAST,
        closed_days=frozenset(draw(st.sets(covered, max_size=80))),
        summer=tuple(draw(st.lists(st.tuples(covered, covered).map(in_order), max_size=1))),
    )


holds = st.lists(st.tuples(days, days).map(in_order), max_size=3)


@given(calendars(), days, counts)
def test_counting_undoes_adding(calendar: SchoolCalendar, day: date, count: int) -> None:
    assert calendar.working_days_between(day, calendar.add_working_days(day, count)) == count


@given(calendars(), days, counts)
def test_adding_ends_on_a_working_day(calendar: SchoolCalendar, day: date, count: int) -> None:
    assert calendar.is_working_day(calendar.add_working_days(day, count + 1))


@given(calendars(), days, counts)
def test_going_back_and_forward_returns_to_a_working_day(
    calendar: SchoolCalendar, day: date, count: int
) -> None:
    start = calendar.add_working_days(day, 1)
    back = calendar.add_working_days(start, -count)
    assert calendar.add_working_days(back, count) == start


@given(calendars(), days, counts, counts)
def test_adding_in_two_steps_is_adding_at_once(
    calendar: SchoolCalendar, day: date, first: int, second: int
) -> None:
    in_steps = calendar.add_working_days(calendar.add_working_days(day, first), second)
    assert in_steps == calendar.add_working_days(day, first + second)


@given(calendars(), days, days, st.integers(min_value=1, max_value=60))
def test_a_later_start_is_never_due_earlier(
    calendar: SchoolCalendar, one: date, other: date, count: int
) -> None:
    earlier, later = in_order((one, other))
    assert calendar.add_working_days(earlier, count) <= calendar.add_working_days(later, count)


@given(calendars(), st.tuples(days, days, days).map(sorted), holds)
def test_counts_of_adjacent_ranges_add_up(
    calendar: SchoolCalendar, three: list[date], held: list[DateRange]
) -> None:
    start, middle, end = three
    assert calendar.weighted_days(start, end, held) == (
        calendar.weighted_days(start, middle, held) + calendar.weighted_days(middle, end, held)
    )
    assert calendar.working_days_between(start, end) == (
        calendar.working_days_between(start, middle) + calendar.working_days_between(middle, end)
    )


@given(calendars(), st.tuples(days, days).map(in_order), holds, holds)
def test_another_hold_never_adds_days(
    calendar: SchoolCalendar, span: DateRange, held: list[DateRange], more: list[DateRange]
) -> None:
    with_more = calendar.weighted_days(*span, held + more)
    assert 0 <= with_more <= calendar.weighted_days(*span, held) <= 2 * (span[1] - span[0]).days


@given(calendars(), st.tuples(days, days).map(in_order))
def test_without_summer_weight_every_day_counts_two_halves(
    calendar: SchoolCalendar, span: DateRange
) -> None:
    assert calendar.weighted_days(*span, summer_half_days=2) == 2 * (span[1] - span[0]).days


@given(calendars())
def test_a_calendar_survives_being_written_and_read(calendar: SchoolCalendar) -> None:
    assert SchoolCalendar.model_validate_json(calendar.model_dump_json()) == calendar
