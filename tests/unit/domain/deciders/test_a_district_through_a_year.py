"""The turning points of a fictional district's eighteen months can all be recorded."""

from datetime import date, timedelta

from domain.assessment import AssessmentState, RateIndicator
from domain.catalogue import shipped_gates
from domain.evidence import RetractEvidence, SubmitEvidence
from domain.facts.review import TriggerFact
from domain.review import CloseReview, HoldReview, RecordDecision, TriggerReview
from domain.review_course import FreezeReviewPacket
from domain.rubric import shipped_rubric
from domain.stages import AttestGateCriterion, EnterStage, RevertStage
from domain.unit import (
    AssignUnitHead,
    LiftUnitHold,
    PutUnitOnHold,
    RegisterUnit,
    UnitState,
    VacateUnitHead,
)
from tests.support.districts import district, evidence
from tests.support.samples import DIGEST
from tests.support.specification import Specification


def rate(
    log: Specification, unit: str, code: str, level: int, *cited: str, **details: object
) -> None:
    command = RateIndicator(
        about=f"unit:{unit}",
        indicator=code,
        level=level,
        rubric_version="1.0",
        evidence=cited,
        raters=("a-steward",),
    )
    log.when(command, **details)


def baseline(log: Specification, unit: str) -> None:
    for indicator in shipped_rubric().baseline_indicators():
        rate(log, unit, indicator.code, 0, "E1")


def advance(log: Specification, unit: str, to_stage: str, review: str | None = None) -> None:
    """Meet the gate of the stage the unit is in, and go on."""
    before = f"S{int(to_stage[1]) - 1}"
    for each in shipped_gates().stage(before).exit_criteria:
        log.when(AttestGateCriterion(unit=unit, stage=before, criterion=each.id))
    log.when(EnterStage(unit=unit, to_stage=to_stage, review=review))


def reviewed(log: Specification, review: str, about: str, *decisions: RecordDecision) -> None:
    log.when(
        TriggerReview(
            review=review,
            review_type="R6",
            about=about,
            title="Review by trigger",
            due_on=log.today + timedelta(days=14),
            policy="rating-regression",
            rule="rating_regression",
            rule_digest=DIGEST,
            cause_key=review,
            as_of_position=1,
            as_of_date=log.today,
            facts=(TriggerFact(position=1, shows="D3.3 fell from 2 to 1"),),
        )
    )
    log.when(
        FreezeReviewPacket(
            review=review,
            digest=DIGEST,
            as_known_position=1,
            as_effective_on=log.today,
            inputs=("unit: 1 row",),
        )
    )
    log.when(HoldReview(review=review, present=("a-chair", "a-steward")))
    for decision in decisions:
        log.when(decision)
    log.when(CloseReview(review=review))


def unit(log: Specification, code: str) -> UnitState:
    state = log.state(f"unit-{code}")
    assert isinstance(state, UnitState)
    return state


def test_a_unit_is_designed_piloted_and_serves_all_schools() -> None:
    log = district(date(2025, 8, 22))
    baseline(log, "HR")
    steps = {
        "S1": date(2025, 8, 22),
        "S2": date(2025, 9, 15),
        "S3": date(2025, 11, 3),
        "S4": date(2026, 1, 12),
        "S5": date(2026, 9, 8),
    }
    for stage, day in steps.items():
        log.today = day
        advance(log, "HR", stage)
    assert (unit(log, "HR").stage, unit(log, "HR").stage_entered_on) == ("S5", date(2026, 9, 8))


def test_a_late_record_lowers_a_rating_from_the_day_it_was_made() -> None:
    log = district(date(2026, 2, 13))
    rate(log, "HR", "D3.1", 2, "E1", "E2", "E3")
    log.today = date(2026, 3, 12)
    checked = SubmitEvidence(
        evidence="E36",
        title="Nine of forty open cases have no owner",
        kind="case-file-check",
        digest=DIGEST,
        location="records/E36",
        collected_from=date(2026, 2, 10),
        collected_to=date(2026, 2, 10),
        source_key="case-files",
        units=("HR",),
    )
    found = date(2026, 2, 10)
    log.refused("backdated_without_reason", checked, occurred_on=found)
    log.when(checked, occurred_on=found, reason="the check was mislaid")
    corrects = log.last_id("assessment-unit.HR")
    rate(
        log, "HR", "D3.1", 1, "E1", "E36",
        corrects=corrects, occurred_on=date(2026, 2, 13), reason="late case files",
    )  # fmt: skip
    state = log.state("assessment-unit.HR")
    assert isinstance(state, AssessmentState)
    assert state.level_on("D3.1", date(2026, 2, 13)) == 1


def test_a_hold_runs_out_is_lifted_days_later_and_design_begins_that_day() -> None:
    log = district(date(2026, 1, 20))
    log.when(RegisterUnit(unit="SPED", name="Special education"))
    baseline(log, "SPED")
    advance(log, "SPED", "S1")
    log.today = date(2026, 2, 9)
    log.when(PutUnitOnHold(unit="SPED", until=date(2026, 11, 13), approver="a-chair"))
    log.today = date(2026, 11, 16)
    log.when(LiftUnitHold(unit="SPED"))
    advance(log, "SPED", "S2")
    assert unit(log, "SPED").stage == "S2"


def test_a_review_takes_a_pilot_back_to_installing_and_it_may_come_again() -> None:
    log = district(date(2026, 3, 24))
    baseline(log, "HR")
    for stage in ("S1", "S2", "S3", "S4"):
        advance(log, "HR", stage)
    log.today = date(2026, 8, 10)
    back = RecordDecision(
        review="R6a", decision="revert", title="Back to installing", to_stage="S3", evidence=("E2",)
    )
    reviewed(log, "R6a", "unit:HR", back)
    command = RevertStage(unit="HR", to_stage="S3", review="R6a", evidence=("E2",))
    log.when(command, reason="summer work suspended triage")
    assert unit(log, "HR").stage == "S3"
    again = RecordDecision(
        review="R4a", decision="advance", title="Pilot again", unit="HR", to_stage="S4",
        insufficient=True,
    )  # fmt: skip
    reviewed(log, "R4a", "district:all", again)
    advance(log, "HR", "S4", "R4a")


def test_a_head_leaves_a_deputy_acts_and_a_new_head_comes() -> None:
    log = district()
    log.when(VacateUnitHead(unit="HR", head="a-hr-head"))
    log.when(AssignUnitHead(unit="HR", head="a-deputy", acting=True))
    log.when(AssignUnitHead(unit="HR", head="a-chair"))
    assert unit(log, "HR").heads == {"a-chair"}


def test_a_survey_is_retracted_and_run_again() -> None:
    log = district().given(evidence("E-mid", "principals", 40), by="a-analyst")
    rate(log, "HR", "D3.3", 2, "E-mid")
    log.when(RetractEvidence(evidence="E-mid"), reason="the link was forwarded")
    log.given(evidence("E-mid-2", "principals", 44), by="a-analyst")
    rate(log, "HR", "D3.3", 2, "E-mid-2")
