"""The school calendar: working days, and days that count half.

A calendar stores its closed days one by one, so that an old answer can be given again without the
library that knew the holidays. Everything here works on dates alone; no day has an hour, and no
clock change can move one. Outside a calendar's first and last day only the weekday decides.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_serializer, model_validator

from domain.errors import InvalidData

DateRange = tuple[date, date]
"""A first and a last day, both included."""

_DAY = timedelta(days=1)
_SATURDAY = 5


class SchoolCalendar(BaseModel):
    """One published version of a district's calendar."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(min_length=1)
    first_day: date
    last_day: date
    closed_days: frozenset[date] = frozenset()
    summer: tuple[DateRange, ...] = ()

    @field_serializer("closed_days")
    def _closed_days_in_order(self, closed_days: frozenset[date]) -> list[date]:
        # A set has no order of its own; the same calendar must always give the same bytes.
        return sorted(closed_days)

    @model_validator(mode="after")
    def _days_lie_within(self) -> Self:
        if self.first_day > self.last_day:
            raise InvalidData(
                f"calendar {self.version} ends on {self.last_day}, before it starts on "
                f"{self.first_day}"
            )
        outside = sorted(day for day in self.closed_days if not self.covers(day))
        if outside:
            raise InvalidData(
                f"calendar {self.version} covers {self.first_day} to {self.last_day}; "
                f"leave out the closed day {outside[0]}"
            )
        previous: date | None = None
        for start, end in self.summer:
            if start > end or not (self.covers(start) and self.covers(end)):
                raise InvalidData(
                    f"calendar {self.version}: the summer {start} to {end} must run forward "
                    f"and lie within {self.first_day} to {self.last_day}"
                )
            if previous is not None and start <= previous:
                raise InvalidData(
                    f"calendar {self.version}: the summer from {start} must come after the one "
                    f"before it, which ends on {previous}"
                )
            previous = end
        return self

    def covers(self, day: date) -> bool:
        """Whether the calendar says anything about this day."""
        return self.first_day <= day <= self.last_day

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, and not closed."""
        return day.weekday() < _SATURDAY and day not in self.closed_days

    def is_summer(self, day: date) -> bool:
        """Whether the day lies in one of the summers."""
        return any(start <= day <= end for start, end in self.summer)

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, or before it when ``count`` is negative.

        ``day`` itself is never counted; a count of zero gives ``day`` back, working or not.
        """
        step = _DAY if count >= 0 else -_DAY
        remaining = abs(count)
        while remaining:
            day += step
            if self.is_working_day(day):
                remaining -= 1
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days come after ``start``, up to and including ``end``."""
        return sum(1 for day in _days_after(start, end) if self.is_working_day(day))

    def weighted_days(
        self,
        start: date,
        end: date,
        holds: Iterable[DateRange] = (),
        *,
        summer_half_days: int = 1,
    ) -> int:
        """Calendar days after ``start`` up to and including ``end``, in half days.

        An ordinary day, weekends and closed days included, counts two half days; a summer day
        counts ``summer_half_days`` (0 to 2); a day in any of the ``holds`` counts nothing.
        """
        if summer_half_days not in (0, 1, 2):
            raise InvalidData(f"a summer day counts 0, 1 or 2 half days, not {summer_half_days}")
        held = tuple(holds)
        for first, last in held:
            if first > last:
                raise InvalidData(f"the hold from {first} ends earlier, on {last}: swap the days")
        return sum(
            summer_half_days if self.is_summer(day) else 2
            for day in _days_after(start, end)
            if not any(first <= day <= last for first, last in held)
        )


def _days_after(start: date, end: date) -> Iterable[date]:
    if end < start:
        raise InvalidData(f"cannot count days from {start} to {end}, which is earlier: swap them")
    return (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
