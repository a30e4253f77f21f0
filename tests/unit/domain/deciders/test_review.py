"""A review: opened for a cause, held, decided on evidence, closed."""

from datetime import date

import pytest

from domain.facts.district import ActorRetired, ReviewPolicyAdopted
from domain.facts.evidence import EvidenceRetracted
from domain.facts.review import (
    DecisionRecorded,
    ReviewClosed,
    ReviewHeld,
    ReviewScheduled,
    ReviewTriggered,
    ReviewTriggerMerged,
    TriggerFact,
)
from domain.message import Command
from domain.review import (
    CloseReview,
    HoldReview,
    MergeTrigger,
    RecordDecision,
    ReviewState,
    ScheduleReview,
    TriggerReview,
)
from domain.review_course import FreezeReviewPacket
from tests.support.districts import district
from tests.support.samples import DIGEST
from tests.support.specification import Specification

FACTS = (TriggerFact(position=3, shows="nothing since December"),)
SLOT = ("unit:IT", "review-slot:R6:unit:IT")


def cause(**changes: object) -> dict[str, object]:
    fields: dict[str, object] = {
        "review": "R1",
        "policy": "stalled-unit",
        "rule": "stalled_unit",
        "rule_digest": DIGEST,
        "cause_key": "3",
        "as_of_position": 9,
        "as_of_date": date(2026, 3, 2),
        "facts": FACTS,
    }
    return {**fields, **changes}


def opening(**changes: object) -> dict[str, object]:
    fields = cause(
        review_type="R6", about="unit:IT", title="IT has stalled", due_on=date(2026, 3, 16)
    )
    return {**fields, **changes}


def trigger(**changes: object) -> TriggerReview:
    return TriggerReview.model_validate(opening(**changes))


def opened() -> Specification:
    log = district()
    log.when(trigger())
    return log


def freeze(review: str = "R1") -> FreezeReviewPacket:
    return FreezeReviewPacket(
        review=review,
        digest=DIGEST,
        as_known_position=9,
        as_effective_on=date(2026, 3, 2),
        inputs=("unit: 1 row",),
    )


def frozen() -> Specification:
    log = opened()
    log.when(freeze())
    return log


def held() -> Specification:
    log = frozen()
    log.when(HoldReview(review="R1", present=("a-chair", "a-steward")))
    return log


def decided() -> Specification:
    log = held()
    log.when(decision())
    return log


def decision(**changes: object) -> RecordDecision:
    fields: dict[str, object] = {
        "review": "R1",
        "decision": "change",
        "title": "Cut the scope",
        "evidence": ("E1",),
    }
    return RecordDecision.model_validate({**fields, **changes})


def test_a_review_is_triggered_with_the_facts_that_fired_it() -> None:
    outcome = district().when(trigger())
    outcome.then(ReviewTriggered.model_validate(opening()))
    assert outcome.decisions[0].stream == "review-R1"
    assert outcome.decisions[0].stream_is_new


def test_a_review_is_scheduled_without_facts() -> None:
    fields = opening(review_type="R4", about="district:all", facts=())
    district().when(ScheduleReview.model_validate(fields)).then(
        ReviewScheduled.model_validate(fields)
    )


def test_a_trigger_without_facts_is_refused() -> None:
    district().refused("trigger_without_facts", trigger(facts=()))


def test_a_review_is_not_opened_twice() -> None:
    log = opened()
    log.refused("review_already_opened", trigger())
    log.refused("review_already_opened", ScheduleReview.model_validate(opening()))


def test_a_review_about_an_unknown_unit_is_refused() -> None:
    district().refused("unknown_unit", trigger(about="unit:XX"))


def test_an_ended_policy_opens_and_joins_no_review() -> None:
    ended = ReviewPolicyAdopted(
        policy="stalled-unit",
        rule="stalled_unit",
        rule_digest=DIGEST,
        review_type="R6",
        parameters={},
        due_working_days=10,
        owner_role="steward",
        active=False,
    )
    district().given(ended).refused("policy_ended", trigger())
    merge = MergeTrigger.model_validate(cause(cause_key="4"))
    opened().given(ended).refused("policy_ended", merge)


def test_a_further_cause_joins_once_a_review_that_is_not_closed() -> None:
    log = opened()
    merge = MergeTrigger.model_validate(cause(cause_key="4"))
    outcome = log.when(merge)
    outcome.then(ReviewTriggerMerged.model_validate(cause(cause_key="4")))
    assert outcome.extra_subjects == SLOT
    log.refused("cause_already_merged", merge)
    log.refused("cause_already_merged", MergeTrigger.model_validate(cause()))


def test_a_review_is_held_by_people_and_concerns_its_subject_and_slot() -> None:
    outcome = frozen().when(HoldReview(review="R1", present=("a-chair",), minutes_digest=DIGEST))
    outcome.then(ReviewHeld(review="R1", present=("a-chair",), minutes_digest=DIGEST))
    assert outcome.extra_subjects == SLOT


def test_a_review_is_held_once() -> None:
    held().refused("review_already_held", HoldReview(review="R1", present=("a-chair",)))


def test_those_present_are_registered_and_act() -> None:
    log = frozen().given(ActorRetired(actor="a-deputy"))
    log.refused("unknown_actor", HoldReview(review="R1", present=("a-chair", "a-nobody")))
    log.refused("retired_actor", HoldReview(review="R1", present=("a-deputy",)))


def test_several_decisions_are_recorded() -> None:
    log = held()
    outcome = log.when(decision(unit="HR"))
    outcome.then(
        DecisionRecorded(
            review="R1", decision="change", title="Cut the scope", unit="HR", evidence=("E1",)
        )
    )
    assert outcome.extra_subjects == (*SLOT, "unit:HR", "evidence:E1")
    log.when(decision(decision="escalate", evidence=(), insufficient=True))
    state = log.state("review-R1")
    assert isinstance(state, ReviewState)
    assert [(each.kind, each.unit) for each in state.verdicts] == [
        ("change", "HR"),
        ("escalate", "IT"),
    ]


def test_the_same_decision_is_recorded_once_by_a_review() -> None:
    log = held()
    log.when(decision(unit="HR"))
    log.refused("already_decided", decision(unit="HR"))
    log.when(decision(unit="IT"))
    log.refused("already_decided", decision())  # the review is about IT
    log.when(decision(unit="HR", title="Hire"))


def test_a_review_sends_a_unit_to_one_stage() -> None:
    log = held()
    log.when(decision(decision="advance", unit="HR", to_stage="S2"))
    for kind, stage in (("advance", "S3"), ("revert", "S0")):
        other = decision(decision=kind, unit="HR", to_stage=stage, title="Else")
        log.refused("stage_decided_twice", other)
    log.when(decision(decision="advance", unit="IT", to_stage="S2"))


def test_a_review_decides_something_or_nothing() -> None:
    some, none = decision(), decision(decision="none", title="Not yet")
    log = held()
    log.when(some)
    log.refused("decided_and_not", none, reason="unclear")
    log = held()
    log.when(none, reason="unclear")
    log.refused("decided_and_not", some)


def test_a_decision_needs_a_review_that_was_held() -> None:
    opened().refused("review_not_held", decision())


def test_a_decision_cites_evidence_or_says_that_it_was_insufficient() -> None:
    held().refused("decision_without_evidence", decision(evidence=()))


def test_a_decision_cites_evidence_that_counts() -> None:
    log = held().given(EvidenceRetracted(evidence="E2"))
    log.refused("unknown_evidence", decision(evidence=("E0",)))
    log.refused("retracted_evidence", decision(evidence=("E2",)))


def test_a_decision_about_an_unknown_unit_is_refused() -> None:
    held().refused("unknown_unit", decision(unit="XX"))


@pytest.mark.parametrize("kind", ["advance", "revert"])
def test_a_decision_on_a_stage_names_unit_and_stage(kind: str) -> None:
    log = held()
    log.refused("decision_without_stage", decision(decision=kind))
    log.when(decision(decision=kind, to_stage="S3"))
    log.when(trigger(review="R2", about="district:all"))
    log.when(freeze("R2"))
    log.when(HoldReview(review="R2", present=("a-chair",)))
    general = {"review": "R2", "decision": kind, "to_stage": "S3"}
    log.refused("decision_without_stage", decision(**general))
    log.when(decision(**general, unit="IT"))


def test_no_decision_is_recorded_with_a_reason() -> None:
    log = held()
    log.refused("no_decision_without_reason", decision(decision="none"))
    log.when(decision(decision="none"), reason="the data came late")


def test_a_review_is_closed_after_a_decision() -> None:
    outcome = decided().when(CloseReview(review="R1", next_on=date(2026, 4, 7)))
    outcome.then(ReviewClosed(review="R1", next_on=date(2026, 4, 7)))
    assert outcome.extra_subjects == SLOT


def test_a_review_without_a_decision_is_not_closed() -> None:
    opened().refused("closed_without_decision", CloseReview(review="R1"))
    held().refused("closed_without_decision", CloseReview(review="R1"))


ANY: list[Command] = [
    MergeTrigger.model_validate(cause(cause_key="5")),
    HoldReview(review="R1", present=("a-chair",)),
    decision(),
    CloseReview(review="R1"),
]


@pytest.mark.parametrize("command", ANY)
def test_a_closed_review_takes_nothing_more(command: Command) -> None:
    log = decided()
    log.when(CloseReview(review="R1"))
    log.refused("review_closed", command)


@pytest.mark.parametrize("command", ANY)
def test_an_unknown_review_takes_nothing(command: Command) -> None:
    district().refused("unknown_review", command)
