"""What an auditor is told of the record itself: withdrawn, held, refused, read, findings."""

from datetime import date, timedelta

from cot_flows.bootstrap import Engine
from domain.facts.access import AttemptRefused
from domain.facts.finding import (
    ExternalFindingRecorded,
    FindingPlanSubmitted,
    FindingStatusReported,
)
from tests.integration.audit_report.conftest import TODAY, Recording, fact, reported, section
from tests.support.samples import SAMPLES

FOUND = ExternalFindingRecorded(
    finding="F-1",
    kind="audit_finding",
    source="state",
    reference="Report 12, page 4",
    condition="Cases without an owner",
    criteria="Each case has an owner",
    plan_due_on=TODAY - timedelta(days=10),
)


def test_a_finding_is_followed_from_condition_to_status_by_quarter(
    engine: Engine, record: Recording
) -> None:
    plan = FindingPlanSubmitted(finding="F-1", plan="Name owners", owner="a-head")
    record(
        fact(FOUND, "found", occurred_on=TODAY - timedelta(days=40)),
        fact(plan, "plan", occurred_on=TODAY - timedelta(days=11)),
        fact(FindingStatusReported(finding="F-1", period="2025-Q4", status="under_way"), "q4"),
        fact(FindingStatusReported(finding="F-1", period="2026-Q1", status="implemented"), "q1"),
    )
    found = section(reported(engine), "findings")
    (row,) = found.rows
    assert (row["condition"], row["criteria"]) == (FOUND.condition, FOUND.criteria)
    assert (row["plan_on"], row["plan_late"], row["owner"]) == ("2026-02-19", False, "a-head")
    assert row["status"] == "2025-Q4 under_way; 2026-Q1 implemented"
    assert found.wrong == 0


def test_a_plan_that_came_late_or_not_at_all_should_not_be_there(
    engine: Engine, record: Recording
) -> None:
    record(fact(FOUND, "found"))
    assert section(reported(engine), "findings").wrong == 1
    record(fact(FindingPlanSubmitted(finding="F-1", plan="Name owners", owner="a-head"), "plan"))
    found = section(reported(engine), "findings")
    assert (found.wrong, found.rows[0]["plan_on"]) == (1, TODAY.isoformat())
    not_due = FOUND.model_copy(update={"finding": "F-2", "plan_due_on": TODAY})
    record(fact(not_due, "another"))
    assert (section(reported(engine), "findings").wrong, found.total) == (1, 1)


def test_refused_attempts_are_told_by_what_they_were(engine: Engine, record: Recording) -> None:
    sample = next(each for each in SAMPLES.values() if isinstance(each, AttemptRefused))
    own = sample.model_copy(update={"rule": "own_evidence", "refusal": "T-1"})
    held = sample.model_copy(update={"rule": "under_legal_hold", "refusal": "T-2"})
    record(fact(own, "own"), fact(held, "held"))
    report = reported(engine)
    assert [row["rule"] for row in section(report, "own_attempts").rows] == ["own_evidence"]
    assert [row["rule"] for row in section(report, "held").rows] == ["under_legal_hold"]
    before = reported(engine, date(2025, 8, 1), TODAY - timedelta(days=1))
    assert section(before, "own_attempts").total == section(before, "held").total == 0


def test_withdrawn_and_read_records_are_empty_tables_where_nothing_was(engine: Engine) -> None:
    report = reported(engine)
    for name in ("withdrawn", "readings", "held", "own_attempts", "findings"):
        assert (section(report, name).total, list(section(report, name).rows)) == (0, [])
