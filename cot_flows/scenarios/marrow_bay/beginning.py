"""Rows 1 and 2: the district, its people, calendar, rubric, review policies and 24 units."""

from collections.abc import Iterable, Mapping
from datetime import date

from cot_flows.calendar_building import build_calendar
from cot_flows.scenarios.marrow_bay.people import (
    CHAIR,
    DISTRICT_NAME,
    FIRST_WAVE,
    HEADS,
    PEOPLE,
    TEAM,
    TIME_ZONE,
    UNITS,
)
from cot_flows.scenarios.marrow_bay.step import Step
from cot_flows.setting_up import SERVICES, adopt_shipped_policy, publish_shipped_rubric
from domain.actor import SETUP, RegisterActor
from domain.catalogue import shipped_units
from domain.district import (
    CharterStewardshipTeam,
    EstablishDistrict,
    PublishSchoolCalendar,
)
from domain.facts.district import DayRange
from domain.review_cycle import AdoptReviewCycleRules
from domain.unit import AssignUnitHead, RegisterUnit

FOUNDED = date(2025, 7, 1)
CALENDAR_DAYS = (date(2025, 7, 1), date(2027, 6, 30))
SUMMERS = (
    (date(2025, 7, 1), date(2025, 8, 15)),
    (date(2026, 6, 15), date(2026, 8, 14)),
    (date(2027, 6, 14), date(2027, 6, 30)),
)
SPRING_BREAKS = (
    *(date(2026, 4, day) for day in range(6, 11)),
    *(date(2027, 4, day) for day in range(5, 10)),
)

THANKSGIVING = tuple(date(2026, 11, day) for day in (23, 24, 25))
"""Closed as well since the calendar was looked at again (row 60)."""

POLICIES = (
    "stalled-unit",
    "rating-regression",
    "stale-evidence",
    "activities-completed-unit",
    "activities-completed-dimension",
    "partnership-interruptions",
    "time-with-principals",
    "equity-gap",
    "late-record",
    "external-shock",
)
"""Adopted with the rubric. Monthly unit reviews stay with the people, who call those that decide
something here: a rule would add some two hundred."""

OF_ITS_OWN: Mapping[str, Mapping[str, str]] = {
    "partnership-interruptions": {"about": "dimension:2"},
    "time-with-principals": {"about": "dimension:2"},
    "late-record": {"looked_at_with": "unit"},
}
"""What the district sets beside the shipped parameters, so that what is one matter is one review:
help to partnerships (row 16), and a late record that two packets lack (row 43)."""

QUARTERLY = "district-quarterly-review"
"""Adopted when the first quarter begins that the new team reviews."""

PACKETS_AHEAD = 15
"""Working days before the due date at which a packet freezes. Event-driven reviews are held within
days of their opening; the shipped three would leave them without a packet."""


def _establish() -> tuple[Step, ...]:
    services = tuple(
        RegisterActor(actor=service, role=service, kind="service") for service in SERVICES
    )
    people = tuple(RegisterActor(actor=actor, role=role) for actor, role in PEOPLE.items())
    district = EstablishDistrict(name=DISTRICT_NAME, time_zone=TIME_ZONE, clock="simulated")
    return tuple(
        Step(0, FOUNDED, command, actor=SETUP) for command in (district, *services, *people)
    )


def school_calendar(version: str, more_closed: Iterable[date] = ()) -> PublishSchoolCalendar:
    """Return the command that publishes the district's days, some closed besides the first ones."""
    first, last = CALENDAR_DAYS
    closed = (*SPRING_BREAKS, *more_closed)
    calendar = build_calendar(
        version, first, last, subdivision="CA", extra_closed=closed, summer=SUMMERS
    )
    return PublishSchoolCalendar(
        calendar_version=calendar.version,
        first_day=first,
        last_day=last,
        closed_days=tuple(sorted(calendar.closed_days)),
        summers=tuple(DayRange(first=begin, last=end) for begin, end in calendar.summer),
    )


def _registered(day: date, units: tuple[str, ...]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for code in units:
        name = shipped_units().unit(code).name
        steps.append(Step(2, day, RegisterUnit(unit=code, name=name, catalogue_code=code)))
        steps.append(Step(2, day, AssignUnitHead(unit=code, head=HEADS[code])))
    return tuple(steps)


def _adopted(slug: str) -> Step:
    shipped = adopt_shipped_policy(slug)
    parameters = {**shipped.parameters, **OF_ITS_OWN.get(slug, {})}
    return Step(2, _PUBLISHED, shipped.model_copy(update={"parameters": parameters}))


_EARLY = ("CAB", *FIRST_WAVE)
_PUBLISHED = date(2025, 7, 15)


def steps() -> tuple[Step, ...]:
    """Return the steps; made when asked for, because policies carry the digests of their rules."""
    return (
        *_establish(),
        Step(1, date(2025, 7, 8), CharterStewardshipTeam(chair=CHAIR, members=TEAM)),
        Step(2, _PUBLISHED, school_calendar("2025-2027")),
        Step(2, _PUBLISHED, publish_shipped_rubric()),
        *(_adopted(slug) for slug in POLICIES),
        Step(2, _PUBLISHED, AdoptReviewCycleRules(freeze_working_days=PACKETS_AHEAD)),
        *_registered(_PUBLISHED, _EARLY),
        *_registered(date(2025, 7, 28), tuple(code for code in UNITS if code not in _EARLY)),
        Step(2, date(2025, 10, 1), adopt_shipped_policy(QUARTERLY)),
    )
