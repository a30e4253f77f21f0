"""What an auditor is told of a log: late, corrected, relied on, missing, and a sample."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from psycopg import sql

from cot_flows.bootstrap import Engine
from domain.facts.action import ActionItemEscalated
from domain.facts.activity import ActivityStarted
from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.facts.correction import FactRetracted
from domain.facts.evidence import (
    EvidenceDisputeSettled,
    EvidenceRetracted,
    EvidenceVerified,
)
from domain.facts.review import DecisionRecorded
from domain.occurrence import bracket_of
from events.envelope import NewEvent
from tests.integration.audit_report.conftest import (
    DISTRICT,
    TODAY,
    Recording,
    fact,
    late,
    reported,
    section,
)
from tests.support.districts import evidence
from tests.support.forging import Forger
from tests.support.log import event_id, started


def test_back_dating_is_told_with_who_how_late_why_and_whose_approval(
    engine: Engine, record: Recording
) -> None:
    record(
        late("in-time", 14),
        late("explained", 15, reason="found in a drawer"),
        late("approved", 91, reason="found in a box", approved_by="a-chair"),
    )
    found = section(reported(engine), "back_dated")
    assert [
        (row["actor"], row["days_late"], row["reason"], row["approved_by"]) for row in found.rows
    ] == [
        ("a-steward", 91, "found in a box", "a-chair"),
        ("a-steward", 15, "found in a drawer", None),
    ]
    assert (found.total, found.wrong, reported(engine).wrong) == (2, 0, 0)


@pytest.mark.parametrize(
    ("days", "changes"),
    [
        (15, {}),
        (91, {"reason": "why"}),
        (91, {"reason": "why", "approved_by": "a-steward"}),
        (91, {"reason": "why", "approved_by": "a-chair", "on_behalf_of": "a-chair"}),
        (91, {"reason": "why", "approved_by": "a-head"}),
        (91, {"reason": "why", "approved_by": "a-nobody"}),
        (91, {"approved_by": "a-chair"}),
    ],
)
def test_what_went_past_the_rules_should_not_be_there(
    engine: Engine, record: Recording, days: int, changes: dict[str, object]
) -> None:
    """No command records these; whoever writes to the log by another way might."""
    record(late("forced", days, **changes), late("fine", 91, reason="why", approved_by="a-chair"))
    found = section(reported(engine), "back_dated")
    assert (found.total, found.wrong) == (2, 1)
    row = found.rows[0]
    assert row["unapproved"] or row["unexplained"]
    assert reported(engine).wrong >= 1


@pytest.mark.parametrize(
    ("day", "precision"),
    [
        (date(2025, 10, 1), "month"),
        (date(2024, 2, 1), "month"),
        (date(2024, 1, 1), "year"),
        (date(2023, 7, 1), "school_year"),
    ],
)
def test_where_a_month_or_year_is_known_the_least_lateness_counts(
    engine: Engine, record: Recording, day: date, precision: str
) -> None:
    record(started("a", occurred_on=day, effective_from=day, precision=precision, reason="why"))
    (row,) = section(reported(engine), "back_dated").rows
    last = bracket_of(day, precision).last  # type: ignore[arg-type]
    assert row["days_late"] == (TODAY - last).days


def test_what_the_scheduler_catches_up_on_is_not_back_dated(
    engine: Engine, record: Recording
) -> None:
    escalated = ActionItemEscalated(action="X1", level="head")
    old = TODAY - timedelta(days=95)
    dated = {"occurred_on": old, "effective_from": old}
    record(fact(escalated, "by-calendar", source="scheduler", **dated))
    assert section(reported(engine), "back_dated").total == 0
    record(fact(ActivityStarted(activity="A"), "other", source="scheduler", **dated))
    assert section(reported(engine), "back_dated").total == 1


def test_entry_lag_is_told_by_unit(engine: Engine, record: Recording) -> None:
    for number in range(1, 11):
        record(late(f"hr-{number}", number, subjects=(f"activity:hr-{number}", "unit:HR")))
    record(
        late("both", 40, reason="r", subjects=("activity:both", "unit:HR", "unit:IT")),
        late("none", 3),
    )
    rows = {row["unit"]: row for row in section(reported(engine), "entry_lag").rows}
    assert rows["HR"] == {
        "unit": "HR",
        "facts": 11,
        "median_days": 6,
        "p90_days": 10,
        "longest_days": 40,
    }
    assert (rows["IT"]["facts"], rows["IT"]["median_days"]) == (1, 40)
    assert rows[None]["longest_days"] == 3


def rated(name: str, *cited: str, indicator: str = "D3.1") -> NewEvent:
    given = IndicatorRated(
        about="unit:HR",
        indicator=indicator,
        level=2,
        rubric_version="1.0",
        evidence=cited,
        raters=("a-steward",),
    )
    return fact(given, name)


def submitted(*names: str) -> list[NewEvent]:
    return [fact(evidence(name, "staff"), f"submit-{name}") for name in names]


def test_corrections_and_retractions_stand_beside_what_they_replace(
    engine: Engine, record: Recording
) -> None:
    record(rated("first", "E1"))
    record(
        replace(rated("better", "E1"), corrects=event_id("first"), reason="a slip"),
        fact(
            FactRetracted(type_retracted="IndicatorRated"),
            "gone",
            corrects=event_id("first"),
            reason="never rated",
            actor="a-chair",
        ),
    )
    found = section(reported(engine), "replaced")
    assert [(r["how"], r["fact"], r["actor"], r["reason"]) for r in found.rows] == [
        ("correction", "IndicatorRated", "a-steward", "a slip"),
        ("retraction", "IndicatorRated", "a-chair", "never rated"),
    ]
    assert {row["fact_actor"] for row in found.rows} == {"a-steward"}


def test_what_relied_on_evidence_that_fell_ends_re_decided_or_contested(
    engine: Engine, record: Recording
) -> None:
    reaffirmed = RatingReaffirmed(
        about="unit:HR",
        indicator="D3.2",
        level=2,
        rubric_version="1.0",
        despite=("E1",),
        evidence=("E2",),
        raters=("a-steward",),
    )
    decision = DecisionRecorded(review="R1", decision="advance", title="Go", evidence=("E1",))
    record(
        *submitted("E1", "E2"),
        rated("before", "E1", indicator="D3.3"),
        rated("replaced before", "E2", indicator="D3.3"),
        rated("contested", "E1", "E2"),
        rated("re-decided", "E1", indicator="D3.2"),
        fact(decision, "decision"),
        fact(EvidenceRetracted(evidence="E1"), "fell", reason="a copy"),
        fact(reaffirmed, "again"),
    )
    found = section(reported(engine), "relied_on")
    assert {(r["relied"], r["indicator"], r["ends"]) for r in found.rows} == {
        ("IndicatorRated", "D3.1", "contested"),
        ("IndicatorRated", "D3.2", "re-decided"),
        ("DecisionRecorded", None, "contested"),
    }
    record(fact(decision.model_copy(update={"evidence": ("E2",)}), "decided again"))
    ends = {r["relied"]: r["ends"] for r in section(reported(engine), "relied_on").rows}
    assert ends["DecisionRecorded"] == "re-decided"
    assert reported(engine).wrong == 0


@pytest.mark.parametrize("outcome_", ["upheld", "dismissed"])
def test_evidence_falls_by_a_dispute_that_is_upheld(
    engine: Engine, record: Recording, outcome_: str
) -> None:
    settled = EvidenceDisputeSettled.model_validate(
        {"evidence": "E1", "outcome": outcome_, "finding": "Half were asked"}
    )
    record(*submitted("E1"), rated("r", "E1"), fact(settled, "settled"))
    found = section(reported(engine), "relied_on")
    assert [row["how"] for row in found.rows] == (["dispute upheld"] * (outcome_ == "upheld"))


def test_a_retraction_taken_back_leaves_nothing_contested(
    engine: Engine, record: Recording
) -> None:
    record(*submitted("E1"), rated("r", "E1"), fact(EvidenceRetracted(evidence="E1"), "fell"))
    assert section(reported(engine), "relied_on").total == 1
    back = FactRetracted(type_retracted="EvidenceRetracted")
    record(fact(back, "back", corrects=event_id("fell"), reason="the other copy"))
    assert section(reported(engine), "relied_on").total == 0


def test_own_work_approved_or_verified_should_not_be_there(
    engine: Engine, record: Recording
) -> None:
    record(
        *submitted("E1", "E2"),
        fact(EvidenceVerified(evidence="E1", method="looked"), "own"),
        fact(EvidenceVerified(evidence="E2", method="looked"), "others", actor="a-chair"),
        late("self", 20, reason="why", approved_by="a-steward"),
    )
    found = section(reported(engine), "own_approvals")
    assert [row["type"] for row in found.rows] == ["EvidenceVerified", "ActivityStarted"]
    assert found.wrong == reported(engine).wrong == 2


def test_missing_positions_are_told(engine: Engine, record: Recording, database_url: str) -> None:
    record(*(late(f"a-{n}", 0) for n in range(4)))
    head = engine.store.head(DISTRICT).position
    report = reported(engine)
    assert (section(report, "gaps").total, report.wrong) == (0, 0)
    forger = Forger(database_url)
    for gap in (head - 2, head):
        forger.removes(gap, closing_up=False)
    found = section(reported(engine), "gaps")
    assert [(r["first_missing"], r["last_missing"]) for r in found.rows] == [
        (head - 2, head - 2),
        (head, head),
    ]
    assert found.wrong == 2


def test_an_id_borne_twice_should_not_be_there(
    engine: Engine, record: Recording, database_url: str
) -> None:
    record(late("a", 0), late("b", 0))
    forger = Forger(database_url)
    forger.does(sql.SQL("ALTER TABLE cot_log.event DROP CONSTRAINT event_id_once"))
    forger.does(
        sql.SQL("UPDATE cot_log.event SET event_id = %(one)s WHERE event_id = %(two)s"),
        one=event_id("a"),
        two=event_id("b"),
    )
    found = section(reported(engine), "alike")
    assert [(row["one_id"], row["times"]) for row in found.rows] == [(True, 2)]
    assert found.wrong == reported(engine).wrong == 1


def test_facts_told_twice_and_facts_of_days_to_come_are_told(
    engine: Engine, record: Recording
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    record(
        fact(ActivityStarted(activity="A1"), "one"),
        fact(ActivityStarted(activity="A1"), "two"),
        fact(ActivityStarted(activity="A2"), "ahead", occurred_on=tomorrow),
    )
    report = reported(engine)
    (row,) = section(report, "alike").rows
    assert (row["times"], row["one_id"], section(report, "alike").wrong) == (2, False, 0)
    assert section(report, "dated_ahead").wrong == report.wrong == 1
