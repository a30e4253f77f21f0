"""The whole scenario in order: all steps by day, and the days that end with a sweep."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from cot_flows.scenarios.marrow_bay import (
    beginning,
    effects,
    learning,
    new_chair,
    partnerships,
    rhythm,
    sy2025_q1,
    sy2025_q2,
    sy2025_q3,
    sy2025_q4,
    sy2026_q1,
    sy2026_q2,
)
from cot_flows.scenarios.marrow_bay.people import TIME_ZONE
from cot_flows.scenarios.marrow_bay.step import Step

RECORDED_AT = time(16)
"""When the people of Marrow Bay record, by the district's clock."""

SWEPT_AT = time(17)
"""When the rules are run on the days that end with a sweep."""

LAST_DAY = date(2026, 12, 31)
"""The last night of the story: its end state is asserted as of this day."""

ADVANCED_AT = time(18)
"""When the course of the reviews goes on, on nights on which something is due."""

FIRST_FRIDAY, LAST_FRIDAY = date(2025, 9, 5), date(2026, 12, 18)

NOT_SWEPT = frozenset({date(2025, 10, 17)})
"""The sample of that Friday is looked at on Monday (row 16)."""

SWEPT_BESIDES = frozenset(
    {
        date(2025, 10, 20),
        date(2026, 2, 9),
        date(2026, 3, 12),
        date(2026, 4, 14),
        date(2026, 8, 24),
        date(2026, 11, 16),
    }
)

BEGINS_AT = datetime.combine(beginning.FOUNDED, time(8), ZoneInfo(TIME_ZONE))
"""The first moment of the log's simulated clock."""


def recorded_at(day: date) -> datetime:
    """Return when the steps of a day are recorded."""
    return datetime.combine(day, RECORDED_AT, ZoneInfo(TIME_ZONE))


def swept_at(day: date) -> datetime:
    """Return when the sweep of a day takes place."""
    return datetime.combine(day, SWEPT_AT, ZoneInfo(TIME_ZONE))


def advanced_at(day: date) -> datetime:
    """Return when the reviews of a day have gone on."""
    return datetime.combine(day, ADVANCED_AT, ZoneInfo(TIME_ZONE))


@cache
def sweep_days() -> frozenset[date]:
    """Return the days that end with a sweep: Fridays, and those that the story needs."""
    weeks = (LAST_FRIDAY - FIRST_FRIDAY).days // 7
    fridays = {FIRST_FRIDAY + timedelta(weeks=week) for week in range(weeks + 1)}
    return frozenset((fridays - NOT_SWEPT) | SWEPT_BESIDES)


@cache
def steps() -> tuple[Step, ...]:
    """Return all steps by day; those of one day in the order in which they are told."""
    told = (
        *beginning.steps(),
        *sy2025_q1.STEPS,
        *sy2025_q2.STEPS,
        *sy2025_q3.STEPS,
        *sy2025_q4.STEPS,
        *sy2026_q1.STEPS,
        *sy2026_q2.STEPS,
        *partnerships.STEPS,
        *learning.STEPS,
        *effects.STEPS,
        *new_chair.STEPS,
        *rhythm.STEPS,
    )
    return tuple(sorted(told, key=lambda step: step.day))
