"""Setting a district up: its log, the actors who begin, calendar, rubric, policies and units.

All steps have ids derived from the district, so that setting it up twice records nothing twice.
What a later year, or a later version of the program, would make differently stays as recorded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from cot_flows.bootstrap.engine import utc_now
from cot_flows.calendar_building import build_calendar
from cot_flows.errors import NotConfigured
from cot_flows.handling import Handling, Request
from domain.actor import SETUP, RegisterActor
from domain.catalogue import shipped_policies, shipped_units
from domain.district import (
    AdoptReviewPolicy,
    EstablishDistrict,
    PublishRubric,
    PublishSchoolCalendar,
)
from domain.facts.district import DayRange, RubricIndicator, SchoolCalendarPublished
from domain.ids import derived_id
from domain.message import Command
from domain.rubric import shipped_rubric
from domain.shipped import shipped_text
from domain.unit import RegisterUnit
from events.admission import require_log
from events.envelope import Clock
from events.errors import IdReused
from events.store import EventStore
from projections.rules import rule_named

FIRST_YEAR, LAST_YEAR = 1800, 2200
FIRST_MONTH = 7
"""The month in which a school year begins, where the plan does not say otherwise."""

SHIPPED = ("rubric", "policy ", "unit ")
"""Steps whose content comes with the program: another version may ship another."""

SERVICES = ("scheduler", "importer")
"""The actors under which the program itself records: reviews it opens, files it imports."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may act from the beginning: a pseudonymous id, a role, and perhaps a name."""

    actor: str
    role: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DistrictPlan:
    """What a district begins with. `units` are catalogue codes; `policies` shipped slugs.

    `people` must hold at least one; the first acts for the rest of the set-up. `begins_at` is the
    first moment of a simulated clock and must be left out for a server's.
    """

    district: str
    name: str
    time_zone: str
    people: tuple[Person, ...]
    clock: Clock = "server"
    begins_at: datetime | None = None
    calendar_from: date | None = None
    calendar_to: date | None = None
    state: str | None = None
    closed_days: tuple[date, ...] = ()
    units: tuple[str, ...] = ()
    policies: tuple[str, ...] = field(
        default_factory=lambda: tuple(policy.slug for policy in shipped_policies().policies)
    )


@dataclass(frozen=True, slots=True)
class SetUp:
    """What setting up did: events recorded now, and events that were there already.

    `remarks` say what stays as recorded although it would be made differently today.
    """

    district: str
    recorded: int
    recognised: int
    remarks: tuple[str, ...] = ()


def set_up_district(
    store: EventStore, plan: DistrictPlan, *, now: Callable[[], datetime] = utc_now
) -> SetUp:
    """Begin the district's log and record what it begins with.

    Raises LogDiffers when the district exists with another clock or time zone, LogRefused when a
    log cannot begin so, NotConfigured when it was set up with other words of its own, Rejected when
    a part is refused.
    """
    if not plan.people:
        raise NotConfigured("a district needs at least one registered person: name a steward")
    begins_at = plan.begins_at
    if plan.clock == "simulated" and begins_at is None:
        raise NotConfigured("a simulated clock needs a first moment: give --begins-at")
    require_log(plan.district, plan.clock, plan.time_zone, begins_at)
    calendar, remarks = _calendar_to_ask_for(store, plan, begins_at or now())
    # All of them before the first is recorded: a plan with a fault leaves nothing behind.
    steps = list(_commands(plan, calendar))
    store.create_log(plan.district, clock=plan.clock, time_zone=plan.time_zone, begins_at=begins_at)
    handling = Handling(store, now)
    recorded = recognised = 0
    for step, (actor, command) in steps:
        request = Request(
            command=command,
            event_id=_event_id(plan, step),
            actor=actor,
            reason="setting the district up",
        )
        try:
            result = handling.handle(plan.district, request, recorded_at=begins_at)
        except IdReused:
            if not step.startswith(SHIPPED):
                raise NotConfigured(
                    f"{plan.district} was set up with another {step} than this: give the words it "
                    "was set up with, or change them with `cot record`"
                ) from None
            remarks.append(f"the {step} stays as recorded; this program would record another")
            recognised += 1
            continue
        recognised += result.recognised
        recorded += not result.recognised
    return SetUp(plan.district, recorded, recognised, tuple(remarks))


def _event_id(plan: DistrictPlan, step: str) -> UUID:
    return derived_id("set-up", plan.district, step)


def _calendar_to_ask_for(
    store: EventStore, plan: DistrictPlan, moment: datetime
) -> tuple[PublishSchoolCalendar, list[str]]:
    """Return the calendar's command, and a remark where the recorded one is not today's.

    A calendar on record keeps its days, unless the plan names others. The next years' is not
    added here: it would decide anew when reviews that are open are due.
    """
    first, last = _span(plan, moment)
    begun = plan.district in {head.district for head in store.heads()}
    known = store.find(plan.district, _event_id(plan, "calendar")) if begun else None
    if known is None or not isinstance(known.event, SchoolCalendarPublished):
        return _calendar(plan, first, last), []
    event = known.event
    later = plan.calendar_to is None and last > event.last_day
    first, last = plan.calendar_from or event.first_day, plan.calendar_to or event.last_day
    kept = _calendar(plan, first, last)
    remark = f"the calendar {event.calendar_version} stays; it ends on {event.last_day}: "
    remark += "before that publish the next with `cot record publish-school-calendar`"
    return kept, [remark] if later else []


def _commands(
    plan: DistrictPlan, calendar: PublishSchoolCalendar
) -> Iterator[tuple[str, tuple[str, Command]]]:
    first = plan.people[0].actor
    yield (
        "district",
        (SETUP, EstablishDistrict(name=plan.name, time_zone=plan.time_zone, clock=plan.clock)),
    )
    for service in SERVICES:
        register = RegisterActor(actor=service, role=service, kind="service")
        yield f"actor {service}", (SETUP, register)
    for person in plan.people:
        register = RegisterActor(actor=person.actor, role=person.role, name=person.name)
        yield f"actor {person.actor}", (SETUP, register)
    yield "calendar", (first, calendar)
    yield "rubric", (first, publish_shipped_rubric())
    for slug in plan.policies:
        yield f"policy {slug}", (first, adopt_shipped_policy(slug))
    for code in plan.units:
        unit = shipped_units().unit(code)
        register_unit = RegisterUnit(unit=code, name=unit.name, catalogue_code=code)
        yield f"unit {code}", (first, register_unit)


def publish_shipped_rubric() -> PublishRubric:
    """Return the command that publishes the rubric this project ships."""
    rubric = shipped_rubric()
    text = shipped_text("domain.rubric", "rubric_v1.json")
    return PublishRubric(
        rubric_version=rubric.version,
        digest=f"sha256:{sha256(text.encode()).hexdigest()}",
        indicators=tuple(
            RubricIndicator(code=each.code, dimension=each.dimension, scope=each.scope)
            for each in rubric.indicators
        ),
    )


def adopt_shipped_policy(slug: str) -> AdoptReviewPolicy:
    """Return the command that adopts a shipped review policy with its default numbers."""
    policy = shipped_policies().policy(slug)
    return AdoptReviewPolicy(
        policy=policy.slug,
        rule=policy.rule,
        rule_digest=rule_named(policy.rule).digest,
        review_type=policy.review_type,
        parameters=policy.parameters.as_mapping(),
        due_working_days=policy.due_working_days,
        owner_role=policy.owner_role,
    )


def _span(plan: DistrictPlan, moment: datetime) -> tuple[date, date]:
    began = moment.astimezone(ZoneInfo(plan.time_zone)).date()
    year = began.year if began.month >= FIRST_MONTH else began.year - 1
    first = plan.calendar_from or date(year, FIRST_MONTH, 1)
    for named in (first, plan.calendar_to):
        if named is not None and not FIRST_YEAR <= named.year <= LAST_YEAR:
            raise NotConfigured(
                f"{named} is no day of a school calendar: give one of {FIRST_YEAR} to {LAST_YEAR}"
            )
    return first, plan.calendar_to or date(first.year + 3, 6, 30)


def _calendar(plan: DistrictPlan, first: date, last: date) -> PublishSchoolCalendar:
    summers = [
        (max(first, date(each, 6, 15)), min(last, date(each, 8, 15)))
        for each in range(first.year, last.year + 1)
    ]
    calendar = build_calendar(
        f"{first.year}-{last.year}",
        first,
        last,
        subdivision=plan.state,
        extra_closed=plan.closed_days,
        summer=[(begin, end) for begin, end in summers if begin <= end],
    )
    return PublishSchoolCalendar(
        calendar_version=calendar.version,
        first_day=first,
        last_day=last,
        closed_days=tuple(sorted(calendar.closed_days)),
        summers=tuple(DayRange(first=begin, last=end) for begin, end in calendar.summer),
    )
