"""Builds a school calendar from public holidays and the district's own closed days.

The holidays are expanded into dates here, once. What is recorded is the list of days, so a later
release of the holiday library cannot change what a published calendar says.
"""

from collections.abc import Iterable
from datetime import date

import holidays
from pydantic import ValidationError

from domain.errors import InvalidData
from domain.school_calendar import DateRange, SchoolCalendar


def build_calendar(
    version: str,
    first_day: date,
    last_day: date,
    *,
    subdivision: str | None = None,
    extra_closed: Iterable[date] = (),
    summer: Iterable[DateRange] = (),
) -> SchoolCalendar:
    """A calendar with the public holidays of the United States and of one state or territory.

    ``subdivision`` is a postal code such as CA; without it only federal holidays count. Holidays
    moved from a weekend to a weekday are closed on both days. ``extra_closed`` are days the
    district closes besides, and must lie between ``first_day`` and ``last_day``.

    Raises InvalidData for an unknown subdivision, and for days the calendar itself refuses.
    """
    if subdivision is not None and subdivision not in holidays.list_supported_countries()["US"]:
        raise InvalidData(
            f"{subdivision!r} is no state or territory of the United States; "
            "use its postal code, such as CA"
        )
    # The year after is included because its New Year's Day may be observed on 31 December.
    years = range(first_day.year, last_day.year + 2)
    public = holidays.country_holidays("US", subdiv=subdivision, years=years)
    closed = {day for day in public if first_day <= day <= last_day}
    try:
        return SchoolCalendar(
            version=version,
            first_day=first_day,
            last_day=last_day,
            closed_days=frozenset(closed | set(extra_closed)),
            summer=tuple(summer),
        )
    except ValidationError as refused:
        reasons = "; ".join(str(each["msg"]) for each in refused.errors())
        raise InvalidData(reasons.replace("Value error, ", "")) from None
