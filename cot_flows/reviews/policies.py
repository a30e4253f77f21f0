"""The review policies, the numbers of a review's course and the calendar in force."""

from collections.abc import Iterable, Sequence
from datetime import date

from domain.facts.district import (
    ReviewCycleRulesAdopted,
    ReviewPolicyAdopted,
    SchoolCalendarPublished,
)
from domain.ids import DISTRICT_STREAM
from domain.review_cycle import SHIPPED_CYCLE
from domain.school_calendar import SchoolCalendar
from events.active import active
from events.envelope import RecordedEvent
from events.store import EventStore

NO_CALENDAR = SchoolCalendar(
    version="none",
    first_day=date(1990, 1, 1),
    last_day=date(2100, 12, 31),
    closed_days=frozenset(),
    summer=(),
)
"""Used until a district publishes its calendar: every weekday is a working day."""


def adopted_policies(
    store: EventStore, district: str, today: date, *, up_to: int | None = None
) -> list[ReviewPolicyAdopted]:
    """Return the active policies as of a day, by name; the last adoption of a name counts."""
    return policies_among(store.read_stream(district, DISTRICT_STREAM, up_to=up_to), today)


def policies_among(of_district: Iterable[RecordedEvent], today: date) -> list[ReviewPolicyAdopted]:
    """Return the active policies that a district's events adopt as of a day, by name."""
    last: dict[str, ReviewPolicyAdopted] = {}
    for recorded in _effective(of_district, today):
        if isinstance(recorded.event, ReviewPolicyAdopted):
            last[recorded.event.policy] = recorded.event
    return [last[name] for name in sorted(last) if last[name].active]


def in_force_since(
    of_district: Iterable[RecordedEvent], policy: ReviewPolicyAdopted, today: date
) -> date:
    """Return the day from which a policy has been in force with its rule, without a break.

    Adopting it again with other numbers is no break. One that was never adopted is in force today.
    """
    since: date | None = None
    for recorded in _effective(of_district, today):
        adopted = recorded.event
        if isinstance(adopted, ReviewPolicyAdopted) and adopted.policy == policy.policy:
            if not adopted.active or adopted.rule != policy.rule:
                since = None
            else:
                since = since or recorded.effective_from
    return since or today


def calendar_in_force(
    store: EventStore, district: str, today: date, *, up_to: int | None = None
) -> SchoolCalendar:
    """Return the district's calendar as of a day: the last published, or weekdays alone."""
    return calendar_among(store.read_stream(district, DISTRICT_STREAM, up_to=up_to), today)


def calendar_among(of_district: Iterable[RecordedEvent], today: date) -> SchoolCalendar:
    """Return the calendar that a district's events publish as of a day, or weekdays alone."""
    calendar = NO_CALENDAR
    for recorded in _effective(of_district, today):
        if isinstance(recorded.event, SchoolCalendarPublished):
            calendar = _calendar(recorded.event)
    return calendar


def cycle_in_force(
    store: EventStore, district: str, today: date, *, up_to: int | None = None
) -> ReviewCycleRulesAdopted:
    """Return the numbers of a review's course as of a day: the last adopted, or the shipped."""
    cycle = SHIPPED_CYCLE
    for recorded in _effective(store.read_stream(district, DISTRICT_STREAM, up_to=up_to), today):
        if isinstance(recorded.event, ReviewCycleRulesAdopted):
            cycle = recorded.event
    return cycle


def _effective(of_district: Iterable[RecordedEvent], today: date) -> Sequence[RecordedEvent]:
    counting = [each for each in active(of_district) if each.effective_from <= today]
    return sorted(counting, key=lambda each: (each.effective_from, each.fact_position))


def _calendar(published: SchoolCalendarPublished) -> SchoolCalendar:
    return SchoolCalendar(
        version=published.calendar_version,
        first_day=published.first_day,
        last_day=published.last_day,
        closed_days=frozenset(published.closed_days),
        summer=tuple((each.first, each.last) for each in published.summers),
    )
