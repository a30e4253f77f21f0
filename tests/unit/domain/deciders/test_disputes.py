"""Evidence disputed: by another than its submitter, settled by a third; upheld, it counts no more."""

import pytest

from domain.action import CompleteActionItem
from domain.assessment import RateIndicator
from domain.correction import RetractFact
from domain.evidence import (
    DisputeEvidence,
    EvidenceState,
    RetractEvidence,
    SettleEvidenceDispute,
    VerifyEvidence,
)
from domain.facts.evidence import EvidenceDisputed, EvidenceDisputeSettled, EvidenceRetracted
from domain.stages import AttestGateCriterion
from tests.support.districts import district
from tests.support.samples import SAMPLES
from tests.support.specification import Specification

DISPUTE = DisputeEvidence(evidence="E1", finding="More answers than principals")


def settle(outcome: str = "upheld") -> SettleEvidenceDispute:
    fields = {"evidence": "E1", "outcome": outcome, "finding": "12 answers came from outside"}
    return SettleEvidenceDispute.model_validate(fields)


def disputed() -> Specification:
    log = district()
    log.when(DISPUTE, actor="a-deputy")
    return log


def settled(outcome: str = "upheld") -> Specification:
    log = disputed()
    log.when(settle(outcome))
    return log


def evidence(log: Specification) -> EvidenceState:
    state = log.state("evidence-E1")
    assert isinstance(state, EvidenceState)
    return state


def rate(*cited: str) -> RateIndicator:
    return RateIndicator(
        about="unit:HR",
        indicator="D3.1",
        level=1,
        rubric_version="1.0",
        evidence=cited,
        raters=("a-steward",),
    )


def test_evidence_is_disputed_and_the_dispute_concerns_its_units() -> None:
    outcome = district().when(DISPUTE, actor="a-deputy")
    outcome.then(EvidenceDisputed(evidence="E1", finding="More answers than principals"))
    assert outcome.extra_subjects == ("unit:HR",)


@pytest.mark.parametrize(
    "who", [{"actor": "a-analyst"}, {"actor": "a-steward", "on_behalf_of": "a-analyst"}]
)
def test_the_submitter_does_not_dispute_but_retracts(who: dict[str, str]) -> None:
    district().refused("disputer_is_submitter", DISPUTE, **who)


def test_evidence_has_one_open_dispute_at_a_time() -> None:
    disputed().refused("already_disputed", DISPUTE)


def test_evidence_whose_dispute_was_dismissed_may_be_disputed_again() -> None:
    settled("dismissed").when(DISPUTE)


def test_evidence_whose_dispute_was_upheld_is_neither_disputed_nor_verified() -> None:
    log = settled()
    log.refused("dispute_upheld", DISPUTE)
    log.refused("dispute_upheld", VerifyEvidence(evidence="E1", method="Recounted"))


def test_retracted_evidence_is_neither_disputed_nor_settled() -> None:
    log = disputed().given(EvidenceRetracted(evidence="E1"))
    log.refused("retracted_evidence", DISPUTE)
    log.refused("retracted_evidence", settle())


def test_unknown_evidence_is_not_disputed() -> None:
    command = DisputeEvidence(evidence="E0", finding="It is not there")
    district().refused("unknown_evidence", command)


@pytest.mark.parametrize("outcome", ["upheld", "dismissed"])
def test_a_dispute_is_settled_by_a_third_person(outcome: str) -> None:
    (event,) = disputed().when(settle(outcome)).events
    assert isinstance(event, EvidenceDisputeSettled)
    assert event.outcome == outcome


@pytest.mark.parametrize("party", ["a-deputy", "a-analyst"])
def test_no_party_settles_the_dispute(party: str) -> None:
    log = disputed()
    log.refused("settler_is_party", settle(), actor=party)
    log.refused("settler_is_party", settle(), on_behalf_of=party)


def test_what_nobody_disputes_is_not_settled() -> None:
    district().refused("not_disputed", settle())
    settled("dismissed").refused("not_disputed", settle())


def test_disputed_evidence_may_be_cited_until_the_dispute_is_upheld() -> None:
    disputed().when(rate("E1"))
    settled("dismissed").when(rate("E1"))
    settled().refused("dispute_upheld", rate("E1", "E2"))


def test_upheld_a_dispute_keeps_the_evidence_from_everything_else_too() -> None:
    command = AttestGateCriterion(unit="HR", stage="S3", criterion="tool_live", evidence=("E1",))
    settled().refused("dispute_upheld", command)


def test_an_upheld_dispute_does_not_retract_by_itself() -> None:
    log = settled()
    assert not evidence(log).retracted
    assert not evidence(log).reliable
    log.when(RetractEvidence(evidence="E1"), reason="the dispute was upheld")
    assert evidence(log).retracted


def test_evidence_with_an_upheld_dispute_replaces_nothing() -> None:
    command = RetractEvidence(evidence="E2", replacement="E1")
    settled().refused("doubted_replacement", command, reason="leaked")


def test_a_settlement_is_corrected_in_place() -> None:
    log = settled()
    command = settle("dismissed")
    log.when(command, corrects=log.last_id("evidence-E1"), reason="it was dismissed")
    assert evidence(log).reliable


def test_a_dispute_that_was_settled_is_taken_back_from_its_end() -> None:
    log = disputed()
    dispute = RetractFact(event_id=log.last_id("evidence-E1"), stream="evidence-E1")
    log.when(settle())
    settlement = RetractFact(event_id=log.last_id("evidence-E1"), stream="evidence-E1")
    log.refused("others_follow", dispute, reason="another was meant")
    log.when(settlement, reason="another was meant")
    assert evidence(log).disputed_by == "a-deputy"
    log.when(dispute, reason="another was meant")
    assert evidence(log).reliable


def test_an_action_item_is_not_completed_on_evidence_with_an_upheld_dispute() -> None:
    log = settled().given(SAMPLES["ActionItemOpened"])
    log.refused("dispute_upheld", CompleteActionItem(action="X-issue-desk", evidence=("E1",)))
