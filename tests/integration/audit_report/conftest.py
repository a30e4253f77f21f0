"""A district on a simulated clock, whose facts are as late as a test says."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from cot_flows.audit_report.report import AuditReport, Drawing, audit_report
from cot_flows.audit_report.section import Section
from cot_flows.bootstrap import Engine
from cot_flows.sealing.changing_keys import create_key
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.message import DomainEvent
from events.envelope import NewEvent
from tests.support.log import new, started, write

DISTRICT = "past"
BEGINS = datetime(2025, 8, 1, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
Recording = Callable[..., None]


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """The product with a district on a simulated clock, so that lateness is what a test says."""
    people = (Person("a-steward", "steward"), Person("a-chair", "chair"), Person("a-head", "head"))
    plan = DistrictPlan(
        district=DISTRICT,
        name="Past",
        time_zone="UTC",
        people=people,
        clock="simulated",
        begins_at=BEGINS,
    )
    set_up_district(engine.store, plan)
    create_key(engine, engine.store.head(DISTRICT), "a-steward", None)
    return engine


@pytest.fixture
def record(engine: Engine) -> Recording:
    """Records events past all rules of the domain, each in a stream of its subject, at NOW."""

    def recording(*news: NewEvent, at: datetime = NOW) -> None:
        for each in news:
            stream = each.subjects[0].replace(":", "-", 1)
            engine.store.append(DISTRICT, [write(each, stream=stream)], recorded_at=at)

    return recording


def fact(event: DomainEvent, name: str, **changes: object) -> NewEvent:
    """An event of today."""
    return new(event, name, **{"occurred_on": TODAY, "effective_from": TODAY, **changes})


def late(name: str, days: int, **changes: object) -> NewEvent:
    """An activity that started some days before it is recorded."""
    day = TODAY - timedelta(days=days)
    return started(name, activity=name, occurred_on=day, effective_from=day, **changes)


def reported(
    engine: Engine, first: date | None = None, last: date | None = None, seed: str = "1"
) -> AuditReport:
    head = engine.store.head(DISTRICT)
    return audit_report(engine, head, first, last, Drawing(seed, 5))


def section(report: AuditReport, name: str) -> Section:
    return next(each for each in report.sections if each.name == name)
