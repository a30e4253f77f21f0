"""After a unit has ended: nothing new is recorded of it, and its heir has what it left."""

from datetime import date, timedelta

import pytest

from domain.action import CompleteActionItem, ReassignActionItem
from domain.activity import (
    CompleteActivity,
    ReassignActivity,
    ReportActivity,
    StartActivity,
)
from domain.assessment import RateIndicator
from domain.evidence import RetractEvidence, SubmitEvidence, VerifyEvidence
from domain.facts.reorganization import UnitDissolved
from domain.message import Command
from domain.stages import AttestGateCriterion, EnterStage, RestartUnit
from domain.unit import AssignUnitHead, PutUnitOnHold, RegisterUnit
from tests.support.offices import BOARD, BOTH, dissolve, handed, merge, offices, plan
from tests.support.samples import DIGEST
from tests.support.specification import TODAY

REPORT = {
    "activity": "P1",
    "external_id": "P1",
    "kind": "role_created",
    "unit": "PRO",
    "dimension": 3,
    "title": "A post",
    "last_day": TODAY,
}
EVIDENCE = {
    "evidence": "E9",
    "title": "Survey",
    "kind": "survey",
    "digest": DIGEST,
    "location": "records/E9",
    "collected_from": date(2026, 2, 1),
    "collected_to": date(2026, 2, 20),
    "source_key": "staff",
    "units": ("PRO",),
}
RATING = {
    "about": "unit:PRO",
    "indicator": "D3.1",
    "level": 1,
    "rubric_version": "1.0",
    "evidence": ("E1",),
    "raters": ("a-steward",),
}
NEW_OF_AN_ENDED_UNIT: list[Command] = [
    plan("A2", "PRO"),
    ReportActivity.model_validate(REPORT),
    SubmitEvidence.model_validate(EVIDENCE),
    RateIndicator.model_validate(RATING),
    AttestGateCriterion(unit="PRO", stage="S0", criterion="scope_confirmed"),
    EnterStage(unit="PRO", to_stage="S1"),
    RestartUnit(unit="PRO", cause="leader_change", charter="Anew"),
    AssignUnitHead(unit="PRO", head="a-hr-head"),
    PutUnitOnHold(unit="PRO", until=TODAY, approver="a-chair"),
    RegisterUnit(unit="SUB", name="A part", parent="PRO"),
    ReassignActivity(activity="A1", owner="a-chair", units=("PRO",)),
    ReassignActionItem(action="X1", owner="a-chair", unit="PRO"),
]


@pytest.mark.parametrize("command", NEW_OF_AN_ENDED_UNIT, ids=lambda each: type(each).__name__)
def test_nothing_new_is_recorded_of_a_unit_that_ended(command: Command) -> None:
    log = offices()
    log.when(merge(*BOTH))
    refusal = log.refused("unit_ended", command)
    assert "PRG" in refusal.message


def test_what_was_so_before_a_unit_ended_may_still_be_recorded() -> None:
    log = offices()
    log.when(merge(*BOTH))
    log.today = TODAY + timedelta(days=5)
    before = {"occurred_on": TODAY - timedelta(days=1)}
    log.when(SubmitEvidence.model_validate(EVIDENCE), **before)
    log.when(RateIndicator.model_validate(RATING), **before)
    log.refused("unit_ended", plan("A2", "PRO"), **before)


def test_an_ending_to_come_stops_nothing_before_its_day() -> None:
    log = offices()
    log.when(merge(*BOTH), effective_from=TODAY + timedelta(days=30))
    log.when(plan("A2", "PRO"))
    log.today = TODAY + timedelta(days=30)
    log.refused("unit_ended", plan("A3", "PRO"))


def test_work_opened_before_an_ending_to_come_concerns_the_heir() -> None:
    log = offices()
    log.when(merge(*BOTH), effective_from=TODAY + timedelta(days=30))
    log.when(plan("A2", "PRO"))
    assert log.when(StartActivity(activity="A2")).extra_subjects == ("unit:PRO", "unit:PRG")
    done = log.when(CompleteActivity(activity="A2", evidence=("E1",)))
    assert done.extra_subjects == ("unit:PRO", "unit:PRG")


def test_evidence_of_an_ended_unit_passes_to_its_heir_and_the_heirs_heir() -> None:
    log = offices()
    log.when(dissolve(unit="HR", successor="PRO", work=(handed("activity:A1", "PRO"),)))
    log.when(dissolve(unit="PRO", successor="PRG", work=(handed("activity:A1", "PRG"),)))
    verified = log.when(VerifyEvidence(evidence="E1", method="Recounted"))
    assert verified.extra_subjects == ("unit:HR", "unit:PRO", "unit:PRG")
    retracted = log.when(RetractEvidence(evidence="E1"), reason="leaked")
    assert retracted.extra_subjects == ("unit:HR", "unit:PRO", "unit:PRG")


def test_an_item_left_at_an_ended_unit_is_completed_for_its_heir_too() -> None:
    log = offices()
    log.given(UnitDissolved(unit="FED", successor="PRG", board_reference=BOARD))
    done = log.when(CompleteActionItem(action="X1", evidence=("E1",)))
    assert done.extra_subjects == ("review:R1", "unit:FED", "unit:PRG")
