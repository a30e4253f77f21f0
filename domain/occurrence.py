"""When something happened, as exactly as the source knows it.

A date with a precision stands for a whole bracket of days. It is written as the first of them, and
must never be read as an exact day: only the bracket may be compared.
"""

from calendar import monthrange
from datetime import date

from pydantic import BaseModel, ConfigDict

from domain.errors import InvalidData
from domain.message import Precision

__all__ = ["Bracket", "Precision", "bracket_of"]

_WRITTEN_AS = {
    "month": "the 1st of the month",
    "year": "1 January",
    "school_year": "1 July of the year the school year starts in",
}


class Bracket(BaseModel):
    """The days on one of which it happened, ``first`` and ``last`` included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date
    last: date


def bracket_of(day: date, precision: Precision) -> Bracket:
    """The bracket that ``day`` stands for at this precision.

    A school year runs from 1 July to 30 June and is written as the 1 July it starts on.

    Raises InvalidData when ``day`` is not the first day of its bracket: whoever wrote it may have
    known the day and lost it, so the date is not moved silently.
    """
    if precision == "day":
        return Bracket(first=day, last=day)
    if precision == "month":
        first = day.replace(day=1)
        last = day.replace(day=monthrange(day.year, day.month)[1])
    elif precision == "year":
        first = date(day.year, 1, 1)
        last = date(day.year, 12, 31)
    elif precision == "school_year":
        if day.year == date.max.year:
            raise InvalidData(f"a school year cannot start in {day.year}: check the date {day}")
        first = date(day.year, 7, 1)
        last = date(day.year + 1, 6, 30)
    else:
        raise InvalidData(
            f"there is no precision {precision!r}; use day, month, year or school_year"
        )
    if day != first:
        raise InvalidData(
            f"{day} with precision {precision!r} must be written as {_WRITTEN_AS[precision]}; "
            f"correct the date, or use the precision 'day' if the day is known"
        )
    return Bracket(first=first, last=last)
