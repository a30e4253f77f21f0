"""Stages: forward one at a time through a gate, back only by a review's decision."""

from datetime import date, timedelta

import pytest

from domain.catalogue import Gates, shipped_gates
from domain.errors import Rejected
from domain.facts.evidence import EvidenceRetracted
from domain.facts.unit import (
    GateCriterionAttested,
    GateWaived,
    UnitPutOnHold,
    UnitStageEntered,
    UnitStageReverted,
)
from domain.rubric import shipped_rubric
from domain.stages import (
    AttestGateCriterion,
    EnterStage,
    RevertStage,
    WaiveGateCriterion,
    require_gate,
)
from tests.support.districts import district
from tests.support.specification import TODAY
from tests.support.staging import at, attested, decided, rated, unit

BASELINE = shipped_rubric().baseline


def test_a_criterion_is_attested_and_may_be_attested_as_met_no_longer() -> None:
    log = at("S3")
    command = AttestGateCriterion(unit="HR", stage="S3", criterion="tool_live", evidence=("E1",))
    log.when(command).then(
        GateCriterionAttested(
            unit="HR", stage="S3", criterion="tool_live", met=True, evidence=("E1",)
        )
    )
    assert unit(log).met("S3", "tool_live", TODAY)
    log.when(AttestGateCriterion(unit="HR", stage="S3", criterion="tool_live", met=False))
    assert not unit(log).met("S3", "tool_live", TODAY)


@pytest.mark.parametrize(("stage", "criterion"), [("S3", "no_such"), ("S2", "tool_live")])
def test_a_criterion_of_no_such_gate_is_neither_attested_nor_waived(
    stage: str, criterion: str
) -> None:
    log = district()
    log.refused(
        "unknown_criterion", AttestGateCriterion(unit="HR", stage=stage, criterion=criterion)
    )
    log.refused(
        "unknown_criterion",
        WaiveGateCriterion(
            unit="HR", stage=stage, criterion=criterion, approver="a-chair", until=TODAY
        ),
    )


def test_a_criterion_is_attested_on_evidence_that_counts() -> None:
    log = district().given(EvidenceRetracted(evidence="E2"))
    for cited, rule in (("E0", "unknown_evidence"), ("E2", "retracted_evidence")):
        command = AttestGateCriterion(
            unit="HR", stage="S3", criterion="tool_live", evidence=(cited,)
        )
        log.refused(rule, command)


def waive(criterion: str, stage: str, days: int, approver: str = "a-chair") -> WaiveGateCriterion:
    return WaiveGateCriterion(
        unit="HR",
        stage=stage,
        criterion=criterion,
        approver=approver,
        until=TODAY + timedelta(days=days),
    )


def test_a_criterion_is_waived_for_at_most_ninety_days() -> None:
    log = district()
    log.when(waive("tool_live", "S3", 90)).then(
        GateWaived(
            unit="HR",
            stage="S3",
            criterion="tool_live",
            approver="a-chair",
            until=TODAY + timedelta(days=90),
        )
    )
    log.refused("waiver_length", waive("tool_live", "S3", 91))
    log.refused("waiver_length", waive("tool_live", "S3", -1))


@pytest.mark.parametrize(
    ("criterion", "stage"), [("equity_check_done", "S4"), ("labour_legal_consulted", "S2")]
)
def test_what_protects_people_is_never_waived(criterion: str, stage: str) -> None:
    district().refused("criterion_not_waivable", waive(criterion, stage, 10))


def test_a_waiver_by_an_unknown_approver_is_refused() -> None:
    district().refused("unknown_actor", waive("tool_live", "S3", 10, "a-nobody"))


def test_a_unit_enters_the_first_stage_with_gate_met_and_baseline_rated() -> None:
    log = rated(attested(district(), "S0"), 0, *BASELINE)
    log.when(EnterStage(unit="HR", to_stage="S1")).then(
        UnitStageEntered(unit="HR", from_stage="S0", to_stage="S1")
    )
    assert unit(log).stage_entered_on == TODAY


def test_a_unit_without_a_full_baseline_does_not_enter_the_first_stage() -> None:
    log = rated(attested(district(), "S0"), 0, *BASELINE[1:])
    refusal = log.refused("baseline_incomplete", EnterStage(unit="HR", to_stage="S1"))
    assert BASELINE[0] in refusal.message
    assert BASELINE[1] not in refusal.message


def test_a_baseline_effective_only_later_does_not_count_yet() -> None:
    log = rated(attested(district(), "S0"), 0, *BASELINE)
    command = EnterStage(unit="HR", to_stage="S1")
    log.refused("baseline_incomplete", command, effective_from=TODAY - timedelta(days=1))


def test_a_baseline_needs_a_rubric_in_force() -> None:
    log = attested(district(), "S0")
    log.streams["district"].pop()
    log.refused("no_rubric", EnterStage(unit="HR", to_stage="S1"))


@pytest.mark.parametrize("to_stage", ["S2", "S3", "S4"])
def test_a_unit_passes_a_gate_whose_criteria_are_all_met(to_stage: str) -> None:
    before = f"S{int(to_stage[1]) - 1}"
    log = attested(at(before), before)
    log.when(EnterStage(unit="HR", to_stage=to_stage))
    assert unit(log).stage == to_stage


def test_a_stage_is_not_skipped() -> None:
    log = attested(at("S2"), "S2")
    log.refused("stage_skipped", EnterStage(unit="HR", to_stage="S4"))


@pytest.mark.parametrize("to_stage", ["S1", "S2"])
def test_the_same_or_an_earlier_stage_is_not_entered(to_stage: str) -> None:
    at("S2").refused("stage_not_later", EnterStage(unit="HR", to_stage=to_stage))


def test_every_unmet_must_is_named() -> None:
    log = attested(at("S2"), "S2", "owner_map_or_team_charter", "budget_source_named")
    refusal = log.refused("gate_unmet", EnterStage(unit="HR", to_stage="S3"))
    assert "the must owner_map_or_team_charter" in refusal.message
    assert "the must budget_source_named" in refusal.message
    assert "labour_legal_consulted" not in refusal.message


@pytest.mark.parametrize(
    ("stage", "criterion"),
    [(stage.code, each.id) for stage in shipped_gates().stages for each in stage.exit_criteria],
)
def test_each_criterion_alone_closes_the_gate_of_its_stage(stage: str, criterion: str) -> None:
    log = rated(
        attested(at(stage) if stage != "S0" else district(), stage, criterion), 2, *BASELINE
    )
    entered = EnterStage(unit="HR", to_stage=f"S{int(stage[1]) + 1}")
    assert criterion in log.refused("gate_unmet", entered).message


def test_three_quarters_of_the_rest_are_enough_and_fewer_are_not() -> None:
    gates = with_rest("S5", "schools_covered_90_percent")
    others = [each.id for each in gates.stage("S5").rest]
    missing = len(others) - gates.rest_needed("S5")
    assert missing > 0
    require_gate(gates, unit(attested(at("S5"), "S5", *others[:missing])), TODAY)
    with pytest.raises(Rejected, match=rf"missing are 1 of the other {len(others)} criteria"):
        require_gate(gates, unit(attested(at("S5"), "S5", *others[: missing + 1])), TODAY)


def with_rest(stage: str, must: str) -> Gates:
    """Return the shipped gates with one must in a stage, and everything else there the rest."""
    gates = shipped_gates()
    criteria = tuple(
        each.model_copy(update={"must": each.id == must})
        for each in gates.stage(stage).exit_criteria
    )
    stages = tuple(
        each.model_copy(update={"exit_criteria": criteria}) if each.code == stage else each
        for each in gates.stages
    )
    return gates.model_copy(update={"stages": stages})


def test_a_waived_must_opens_the_gate_until_its_last_day() -> None:
    log = attested(at("S3"), "S3", "posts_filled_80_percent")
    log.when(waive("posts_filled_80_percent", "S3", 30))
    log.today = TODAY + timedelta(days=31)
    log.refused("gate_unmet", EnterStage(unit="HR", to_stage="S4"))
    log.today = TODAY + timedelta(days=30)
    log.when(EnterStage(unit="HR", to_stage="S4"))


def test_a_unit_on_hold_enters_no_stage_until_the_hold_is_over() -> None:
    log = attested(at("S3"), "S3")
    log.given(UnitPutOnHold(unit="HR", until=TODAY + timedelta(days=5), approver="a-chair"))
    log.refused("unit_on_hold", EnterStage(unit="HR", to_stage="S4"))
    log.today = TODAY + timedelta(days=6)
    log.when(EnterStage(unit="HR", to_stage="S4"))


def test_a_stage_is_not_entered_before_the_one_before_it() -> None:
    log = attested(at("S3"), "S3")
    command = EnterStage(unit="HR", to_stage="S4")
    early = date(2026, 1, 4)
    log.refused("before_last_stage_change", command, effective_from=early)


def test_a_review_that_is_named_must_have_decided_to_advance() -> None:
    log = attested(at("S3"), "S3")
    command = EnterStage(unit="HR", to_stage="S4", review="R1")
    log.refused("unknown_review", command)
    decided(log, "advance", "S5")
    log.refused("review_did_not_advance", command)


def test_a_unit_enters_a_stage_by_the_review_that_decided_it() -> None:
    log = decided(attested(at("S3"), "S3"), "advance", "S4")
    log.when(EnterStage(unit="HR", to_stage="S4", review="R1")).then(
        UnitStageEntered(unit="HR", from_stage="S3", to_stage="S4", review="R1")
    )


D3 = [code for code in BASELINE if code.startswith("D3.")]


def test_sustaining_needs_a_d3_median_of_two_and_d5_3_at_two() -> None:
    command = EnterStage(unit="HR", to_stage="S6")
    attested(at("S5"), "S5").refused("not_sustained", command)
    low = rated(rated(attested(at("S5"), "S5"), 1, *D3), 2, "D5.3")
    assert "median" in low.refused("not_sustained", command).message
    no_use = rated(attested(at("S5"), "S5"), 2, *D3)
    assert "D5.3" in no_use.refused("not_sustained", command).message
    rated(no_use, 1, "D5.3").refused("not_sustained", command)
    rated(no_use, 2, "D5.3").when(command)


def test_nothing_comes_after_the_last_stage() -> None:
    at("S6").refused("stage_not_later", EnterStage(unit="HR", to_stage="S6"))


REVERT = RevertStage(unit="HR", to_stage="S3", review="R1", evidence=("E1",))


def test_a_unit_goes_back_as_a_review_decided() -> None:
    log = decided(at("S4"), "revert", "S3")
    log.when(REVERT, reason="triage suspended").then(
        UnitStageReverted(unit="HR", from_stage="S4", to_stage="S3", review="R1", evidence=("E1",))
    )
    assert unit(log).stage == "S3"


def test_a_unit_does_not_go_back_without_a_decision_for_that_stage() -> None:
    at("S4").refused("revert_without_decision", REVERT, reason="because")
    for kind, stage in (("revert", "S2"), ("continue", "S3"), ("advance", "S3")):
        log = decided(at("S4"), kind, stage)
        log.refused("revert_without_decision", REVERT, reason="because")


def test_a_decision_about_another_unit_takes_no_unit_back() -> None:
    log = decided(at("S4"), "revert", "S3")
    log.given(UnitStageEntered(unit="IT", from_stage="S3", to_stage="S4"))
    command = RevertStage(unit="IT", to_stage="S3", review="R1", evidence=("E1",))
    log.refused("revert_without_decision", command, reason="because")


@pytest.mark.parametrize("stage", ["S3", "S2"])
def test_a_unit_does_not_go_back_to_a_stage_that_is_not_earlier(stage: str) -> None:
    decided(at(stage), "revert", "S3").refused("stage_not_earlier", REVERT, reason="because")


def test_going_back_needs_a_reason_and_evidence_that_counts() -> None:
    log = decided(at("S4"), "revert", "S3")
    log.refused("revert_without_reason", REVERT)
    bare = RevertStage(unit="HR", to_stage="S3", review="R1")
    log.refused("revert_without_evidence", bare, reason="because")
    log.given(EvidenceRetracted(evidence="E1"))
    log.refused("retracted_evidence", REVERT, reason="because")


def test_going_back_does_not_come_before_the_last_change() -> None:
    log = decided(at("S4"), "revert", "S3")
    early = date(2026, 1, 4)
    log.refused("before_last_stage_change", REVERT, reason="because", effective_from=early)


def test_an_unknown_unit_has_no_stage() -> None:
    log = district()
    log.refused("unknown_unit", EnterStage(unit="XX", to_stage="S1"))
    log.refused("unknown_unit", AttestGateCriterion(unit="XX", stage="S3", criterion="tool_live"))
