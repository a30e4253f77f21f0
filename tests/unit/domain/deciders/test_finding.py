"""Findings from outside: recorded with a day for the plan, planned, reported on until closed."""

from datetime import date, timedelta
from typing import Any

from domain.correction import RetractFact
from domain.facts.finding import (
    ExternalFindingRecorded,
    FindingPlanSubmitted,
    FindingStatusReported,
)
from domain.finding import RecordExternalFinding, ReportFindingStatus, SubmitFindingPlan
from tests.support.districts import district
from tests.support.specification import TODAY, Specification, id_of

PLAN = SubmitFindingPlan(finding="F-4", plan="Sign a checklist", owner="a-steward")
UNDER_WAY = ReportFindingStatus(finding="F-4", period="2026-Q1", status="under_way")


def record(**changes: Any) -> RecordExternalFinding:
    fields: dict[str, Any] = {
        "finding": "F-4",
        "kind": "audit_finding",
        "source": "state-auditor",
        "reference": "Report 3, finding 4",
        "condition": "Files lack a record",
        "criteria": "Policy 4112",
        "units": ("HR",),
        "plan_due_on": TODAY + timedelta(days=30),
    }
    return RecordExternalFinding.model_validate({**fields, **changes})


def recorded() -> Specification:
    log = district()
    log.when(record())
    return log


def test_a_finding_concerns_the_district_and_the_units_it_names() -> None:
    outcome = district().when(record())
    (event,) = outcome.events
    assert isinstance(event, ExternalFindingRecorded)
    assert event.subjects() == ("finding:F-4", "district:all", "unit:HR")
    assert outcome.decisions[0].stream_is_new


def test_a_finding_is_recorded_once_about_registered_units() -> None:
    recorded().refused("id_already_used", record())
    district().refused("unknown_unit", record(units=("HR", "NOWHERE")))


def test_a_plan_is_not_due_before_the_finding() -> None:
    early = record(plan_due_on=date(2026, 1, 1))
    district().refused("plan_due_before_finding", early)


def test_plan_and_status_concern_the_units_of_the_finding() -> None:
    log = recorded()
    assert log.when(PLAN).extra_subjects == ("unit:HR",)
    outcome = log.when(UNDER_WAY)
    assert isinstance(outcome.events[0], FindingStatusReported)
    assert outcome.extra_subjects == ("unit:HR",)


def test_a_plan_needs_a_finding_and_somebody_who_acts() -> None:
    district().refused("unknown_finding", PLAN)
    outcome = recorded().when(PLAN)
    assert isinstance(outcome.events[0], FindingPlanSubmitted)
    recorded().refused("unknown_actor", PLAN.model_copy(update={"owner": "nobody"}))


def test_a_finding_is_closed_on_evidence_and_then_closed_for_good() -> None:
    closed = UNDER_WAY.model_copy(update={"status": "closed"})
    recorded().refused("finding_closed_without_evidence", closed)
    log = recorded()
    log.when(closed.model_copy(update={"evidence": ("E1",)}))
    log.refused("finding_closed", PLAN)


def test_a_finding_with_a_plan_is_not_taken_back() -> None:
    log = recorded()
    log.when(PLAN)
    target = id_of(log.streams["finding-F-4"][0])
    command = RetractFact(event_id=target, stream="finding-F-4")
    log.refused("others_follow", command, reason="recorded in error")
