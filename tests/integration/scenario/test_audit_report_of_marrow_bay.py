"""What an auditor is told of the fictional district: the questions, and what answers them."""

from datetime import date

import pytest

from cot_flows.audit_report.report import AuditReport, Drawing, audit_report
from cot_flows.audit_report.section import Section
from cot_flows.bootstrap import Engine
from cot_flows.scenarios.marrow_bay import play
from domain.facts.assessment import IndicatorRated
from domain.facts.evidence import EvidenceRetracted

pytestmark = pytest.mark.slow

DISTRICT = "marrow-bay"


@pytest.fixture(scope="module")
def marrow_bay(engine: Engine) -> Engine:
    """The whole story, in a district of this module."""
    play(engine, district=DISTRICT)
    return engine


def told(engine: Engine, first: date | None = None, last: date | None = None) -> AuditReport:
    head = engine.store.head(DISTRICT)
    return audit_report(engine, head, first, last, Drawing("marrow", 10))


def section(report: AuditReport, name: str) -> Section:
    return next(each for each in report.sections if each.name == name)


def test_nothing_is_beyond_a_limit_without_the_reason_or_approval_it_takes(
    marrow_bay: Engine,
) -> None:
    report = told(marrow_bay)
    assert {each.name: each.wrong for each in report.sections if each.wrong} == {}
    late = section(report, "back_dated").rows
    assert [(row["type"], row["days_late"]) for row in late] == [
        ("EvidenceSubmitted", 30),
        ("IndicatorRated", 27),
    ]
    assert all(row["reason"] for row in late)


def test_the_correction_of_march_is_told_beside_the_rating_of_february(
    marrow_bay: Engine,
) -> None:
    """The rating of 2026-02-13 was put right on 2026-03-12, and both stay readable."""
    march = told(marrow_bay, date(2026, 3, 12), date(2026, 3, 12))
    corrected = [
        row for row in section(march, "replaced").rows if row["fact"] == IndicatorRated.type_name()
    ]
    assert len(corrected) == 1
    position = int(str(corrected[0]["fact_position"]))
    (before,) = marrow_bay.store.read_log(DISTRICT, after=position - 1, limit=1)
    assert before.occurred_on == date(2026, 2, 13)
    assert corrected[0]["reason"]


def test_every_chain_of_what_fell_ends_re_decided_or_contested(marrow_bay: Engine) -> None:
    log = marrow_bay.store.read_log(DISTRICT, after=0, limit=10_000)
    fallen = {each.event.evidence for each in log if isinstance(each.event, EvidenceRetracted)}
    rows = section(told(marrow_bay), "relied_on").rows
    assert {row["ends"] for row in rows} <= {"re-decided", "contested"}
    assert {str(row["evidence"]) for row in rows} >= {
        name
        for name in fallen
        if any(isinstance(e.event, IndicatorRated) and name in e.event.evidence for e in log)
    }
    for row in rows:
        if row["ends"] == "re-decided":
            assert int(str(row["re_decided_at"])) > int(str(row["position"]))
