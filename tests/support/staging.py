"""A unit at a stage, with its gate attested, its indicators rated, a review decided."""

from datetime import date

from domain.catalogue import shipped_gates
from domain.facts.assessment import IndicatorRated
from domain.facts.review import DecisionRecorded, ReviewHeld, ReviewTriggered
from domain.facts.unit import (
    UnitStageEntered,
)
from domain.stages import (
    AttestGateCriterion,
)
from domain.unit import UnitState
from tests.support.districts import district
from tests.support.samples import DIGEST, SAMPLES
from tests.support.specification import Specification


def attested(log: Specification, stage: str, *without: str) -> Specification:
    for criterion in shipped_gates().stage(stage).exit_criteria:
        if criterion.id not in without:
            log.when(AttestGateCriterion(unit="HR", stage=stage, criterion=criterion.id))
    return log


def rated(log: Specification, level: int, *codes: str) -> Specification:
    for code in codes:
        log.given(
            IndicatorRated(
                about="unit:HR",
                indicator=code,
                level=level,
                rubric_version="1.0",
                evidence=("E1",),
                raters=("a-steward",),
            )
        )
    return log


def at(stage: str) -> Specification:
    before = f"S{int(stage[1]) - 1}"
    log = district()
    return log.given(
        UnitStageEntered(unit="HR", from_stage=before, to_stage=stage), on=date(2026, 1, 5)
    )


def unit(log: Specification) -> UnitState:
    state = log.state("unit-HR")
    assert isinstance(state, UnitState)
    return state


def decided(log: Specification, kind: str, to_stage: str) -> Specification:
    """Record a review about HR that decided to go to a stage."""
    opened = SAMPLES["ReviewTriggered"]
    assert isinstance(opened, ReviewTriggered)
    return log.given(
        opened.model_copy(update={"review": "R1", "about": "unit:HR"}),
        ReviewHeld(review="R1", present=("a-chair",), minutes_digest=DIGEST),
        DecisionRecorded.model_validate(
            {
                "review": "R1",
                "decision": kind,
                "title": "Stage decided",
                "to_stage": to_stage,
                "evidence": ("E1",),
            }
        ),
    )
