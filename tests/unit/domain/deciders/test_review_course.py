"""What becomes of a review: packet, lateness, postponed, merged, cancelled, lapsed; its effect."""

from datetime import date
from typing import Any

import pytest

from domain.facts.district import ActorRegistered, ActorRetired, StewardshipTeamChartered
from domain.facts.evidence import EvidenceRetracted
from domain.facts.review import ReviewClosed, ReviewHeld, TriggerFact
from domain.facts.review_course import (
    EffectCheckDue,
    ReviewCancelled,
    ReviewEffectChecked,
    ReviewEscalated,
    ReviewLapsed,
    ReviewMerged,
    ReviewPacketFrozen,
    ReviewPostponed,
    ReviewReminderSent,
)
from domain.message import Command
from domain.review import CloseReview, HoldReview, MergeTrigger, RecordDecision, TriggerReview
from domain.review_course import (
    CancelReview,
    CheckReviewEffect,
    EscalateReview,
    FreezeReviewPacket,
    LapseReview,
    MergeReview,
    OpenEffectCheck,
    PostponeReview,
    RemindOfReview,
)
from domain.review_cycle import AdoptReviewCycleRules
from domain.review_state import ReviewState
from tests.support.districts import district
from tests.support.samples import DIGEST
from tests.support.specification import TODAY, Specification

DUE = date(2026, 3, 16)
SLOT = ("unit:IT", "review-slot:R6:unit:IT")
SCHEDULER: dict[str, Any] = {"actor": "scheduler", "source": "scheduler"}
CLOSED_ON = date(2026, 3, 2)
EFFECT_DUE = date(2026, 6, 30)


def trigger(review: str = "R1") -> TriggerReview:
    return TriggerReview(
        review=review,
        review_type="R6",
        about="unit:IT",
        title="IT has stalled",
        due_on=DUE,
        policy="stalled-unit",
        rule="stalled_unit",
        rule_digest=DIGEST,
        cause_key=review,
        as_of_position=9,
        as_of_date=TODAY,
        facts=(TriggerFact(position=3, shows="nothing since December"),),
    )


def freeze(review: str = "R1") -> FreezeReviewPacket:
    return FreezeReviewPacket(
        review=review,
        digest=DIGEST,
        as_known_position=9,
        as_effective_on=TODAY,
        inputs=("unit: 1 row",),
    )


def opened(*more: str) -> Specification:
    log = district()
    log.given(ActorRegistered(actor="scheduler", role="scheduler", kind="service"))
    for review in ("R1", *more):
        log.when(trigger(review))
    return log


def held() -> Specification:
    log = opened()
    log.when(freeze())
    log.when(HoldReview(review="R1", present=("a-chair",)))
    return log


def decided() -> Specification:
    log = held()
    log.when(
        RecordDecision(review="R1", decision="change", title="Cut the scope", evidence=("E1",))
    )
    return log


def closed() -> Specification:
    log = decided()
    log.when(CloseReview(review="R1"))
    return log


def lapse(due_on: date = DUE) -> LapseReview:
    return LapseReview(
        review="R1", due_on=due_on, after_working_days=10, calendar_version="2025-26"
    )


def escalate(due_on: date = DUE) -> EscalateReview:
    return EscalateReview(
        review="R1", occasion="not_held", level="chair", due_on=due_on, after_working_days=5
    )


def remind(occasion: str = "packet_not_frozen", due_on: date = DUE) -> RemindOfReview:
    return RemindOfReview.model_validate(
        {"review": "R1", "occasion": occasion, "level": "chair", "due_on": due_on}
    )


def effect(**changes: object) -> CheckReviewEffect:
    fields = {"review": "R1", "verdict": "worked", "evidence": ("E1",)}
    return CheckReviewEffect.model_validate({**fields, **changes})


def state(log: Specification) -> ReviewState:
    found = log.state("review-R1")
    assert isinstance(found, ReviewState)
    return found


def test_a_packet_is_frozen_once_and_before_the_review_is_held() -> None:
    log = opened()
    outcome = log.when(freeze())
    outcome.then(
        ReviewPacketFrozen(
            review="R1",
            digest=DIGEST,
            as_known_position=9,
            as_effective_on=TODAY,
            inputs=("unit: 1 row",),
        )
    )
    assert outcome.extra_subjects == SLOT
    log.refused("packet_already_frozen", freeze())
    log.when(HoldReview(review="R1", present=("a-chair",)))
    log.refused("review_already_held", freeze())


def test_a_review_without_a_frozen_packet_is_not_held_and_the_refusal_says_how_to_freeze() -> None:
    refusal = opened().refused("packet_not_frozen", HoldReview(review="R1", present=("a-chair",)))
    assert "cot review freeze R1" in refusal.message


def test_a_review_needs_a_steward_a_chair_or_one_of_the_team() -> None:
    log = opened()
    log.when(freeze())
    log.refused("review_without_quorum", HoldReview(review="R1", present=("a-hr-head",)))
    log.given(StewardshipTeamChartered(chair="a-chair", members=("a-hr-head",)))
    log.when(HoldReview(review="R1", present=("a-hr-head",)))


def test_the_quorum_is_a_number_that_the_district_adopts() -> None:
    log = opened()
    log.when(freeze())
    log.when(AdoptReviewCycleRules(quorum=2))
    log.refused("review_without_quorum", HoldReview(review="R1", present=("a-chair",)))
    log.when(HoldReview(review="R1", present=("a-chair", "a-steward")))


@pytest.mark.parametrize(
    "numbers",
    [
        {"chair_working_days": 10, "lapse_working_days": 10},
        {"effect_from_days": 121, "effect_until_days": 120},
        {"action_head_working_days": 1},
        {"action_chair_working_days": 20},
    ],
)
def test_numbers_of_the_cycle_that_contradict_themselves_are_refused(numbers: Any) -> None:
    district().refused("cycle_malformed", AdoptReviewCycleRules(**numbers))


def test_the_chair_postpones_with_a_reason_to_a_later_day_and_a_new_packet_is_needed() -> None:
    log = opened().given(StewardshipTeamChartered(chair="a-chair", members=("a-steward",)))
    log.when(freeze())
    later = PostponeReview(review="R1", due_on=date(2026, 3, 23))
    log.refused("postponed_without_reason", later)
    log.refused("postponed_without_chair", later, reason="the head is ill")
    early = PostponeReview(review="R1", due_on=DUE)
    log.refused("postponed_to_earlier", early, actor="a-chair", reason="the head is ill")
    outcome = log.when(later, reason="the head is ill", approved_by="a-chair")
    outcome.then(ReviewPostponed(review="R1", due_on=date(2026, 3, 23)))
    assert outcome.extra_subjects == SLOT
    assert state(log).due_on == date(2026, 3, 23)
    log.refused("packet_not_frozen", HoldReview(review="R1", present=("a-chair",)))
    log.when(freeze())


def test_a_review_is_postponed_twice_at_most() -> None:
    log = opened()
    for day in (17, 18):
        log.when(PostponeReview(review="R1", due_on=date(2026, 3, day)), reason="illness")
    again = PostponeReview(review="R1", due_on=date(2026, 3, 19))
    log.refused("postponed_too_often", again, reason="illness")


def test_a_review_is_merged_into_another_that_goes_on() -> None:
    log = opened("R2")
    log.refused("merged_into_itself", MergeReview(review="R1", into="R1"))
    log.refused("unknown_review", MergeReview(review="R1", into="R0"))
    outcome = log.when(MergeReview(review="R1", into="R2"))
    outcome.then(ReviewMerged(review="R1", into="R2"))
    log.refused("review_ended", MergeReview(review="R2", into="R1"))


def test_a_review_is_cancelled_on_evidence_or_with_a_reason() -> None:
    log = opened().given(EvidenceRetracted(evidence="E2"))
    ground = {"review": "R1", "ground": "trigger_void"}
    log.refused("cancelled_without_ground", CancelReview.model_validate(ground))
    bad = CancelReview.model_validate({**ground, "evidence": ("E2",)})
    log.refused("retracted_evidence", bad)
    on_evidence = CancelReview.model_validate({**ground, "evidence": ("E1",)})
    outcome = log.when(on_evidence)
    outcome.then(ReviewCancelled(review="R1", ground="trigger_void", evidence=("E1",)))
    assert outcome.extra_subjects == (*SLOT, "evidence:E1")
    opened().when(CancelReview.model_validate(ground), reason="the fact behind it was wrong")


def test_a_held_review_cannot_end_in_another_way() -> None:
    log = held()
    ways: tuple[Command, ...] = (
        PostponeReview(review="R1", due_on=date(2026, 4, 1)),
        MergeReview(review="R1", into="R2"),
        CancelReview(review="R1", ground="trigger_void"),
    )
    for command in ways:
        log.refused("review_already_held", command, reason="too late")
    log.today = date(2026, 4, 1)
    log.refused("review_already_held", lapse(), **SCHEDULER)


def test_the_scheduler_lapses_a_late_review_and_the_superintendent_is_told() -> None:
    log = opened()
    log.refused("review_not_late", lapse(), **SCHEDULER)
    log.today = date(2026, 3, 30)
    log.refused("review_not_late", lapse(date(2026, 3, 9)), **SCHEDULER)
    outcome = log.when(lapse(), **SCHEDULER)
    outcome.then(
        ReviewLapsed(review="R1", due_on=DUE, after_working_days=10, calendar_version="2025-26"),
        ReviewEscalated(
            review="R1",
            occasion="lapsed",
            level="superintendent",
            due_on=DUE,
            after_working_days=10,
        ),
    )
    assert state(log).ended == "lapsed"


def test_lateness_and_reminders_are_recorded_by_the_scheduler_alone() -> None:
    log = opened()
    log.today = date(2026, 3, 30)
    for command in (lapse(), escalate(), remind()):
        log.refused("only_by_scheduler", command)
        log.refused("only_by_scheduler", command, source="scheduler")
        log.refused("only_by_scheduler", command, actor="scheduler")
    closed().refused("only_by_scheduler", OpenEffectCheck(review="R1", due_on=EFFECT_DUE))


def test_the_chair_is_told_of_a_late_review_and_of_a_packet_that_is_not_frozen() -> None:
    log = opened()
    log.refused("review_not_late", escalate(), **SCHEDULER)
    outcome = log.when(remind(), **SCHEDULER)
    outcome.then(
        ReviewReminderSent(review="R1", occasion="packet_not_frozen", level="chair", due_on=DUE)
    )
    log.today = date(2026, 3, 23)
    assert log.when(escalate(), **SCHEDULER).extra_subjects == SLOT
    assert state(log).told == {("packet_not_frozen", DUE), ("not_held", DUE)}


def test_what_the_scheduler_missed_is_caught_up_however_late() -> None:
    log = opened()
    log.today = date(2026, 12, 1)
    log.when(lapse(), occurred_on=date(2026, 3, 30), **SCHEDULER)


ANY: list[Command] = [
    MergeTrigger(
        review="R1",
        policy="p",
        rule="r",
        rule_digest=DIGEST,
        cause_key="9",
        as_of_position=1,
        as_of_date=TODAY,
        facts=(TriggerFact(position=1, shows="it changed"),),
    ),
    freeze(),
    HoldReview(review="R1", present=("a-chair",)),
    RecordDecision(review="R1", decision="stop", title="Stop", insufficient=True),
    CloseReview(review="R1"),
    PostponeReview(review="R1", due_on=date(2026, 5, 1)),
    CancelReview(review="R1", ground="subject_ended"),
]


@pytest.mark.parametrize("command", ANY)
@pytest.mark.parametrize("way", ["merged", "cancelled", "lapsed"])
def test_a_review_that_ended_without_being_held_takes_nothing_more(
    command: Command, way: str
) -> None:
    endings = {
        "merged": ReviewMerged(review="R1", into="R2"),
        "cancelled": ReviewCancelled(review="R1", ground="trigger_void"),
        "lapsed": ReviewLapsed(
            review="R1", due_on=DUE, after_working_days=10, calendar_version="2025-26"
        ),
    }
    refusal = opened().given(endings[way]).refused("review_ended", command, reason="why not")
    assert way in refusal.message


def test_a_review_does_not_close_while_someone_retired_owes_an_action_of_it() -> None:
    log = decided().given(ActorRetired(actor="a-deputy"))
    close = CloseReview(review="R1")
    refusal = log.refused("closed_with_unowned_action", close, owed=(("X1", "a-deputy"),))
    assert "X1" in refusal.message
    log.when(close, owed=(("X2", "a-hr-head"),))


def test_the_effect_is_asked_sixty_days_after_closing_and_said_on_evidence() -> None:
    log = closed()
    ask = OpenEffectCheck(review="R1", due_on=EFFECT_DUE)
    log.today = date(2026, 4, 30)
    log.refused("effect_before_its_time", ask, **SCHEDULER)
    log.refused("effect_before_its_time", effect())
    log.today = date(2026, 5, 1)
    outcome = log.when(ask, **SCHEDULER)
    outcome.then(EffectCheckDue(review="R1", due_on=EFFECT_DUE))
    log.when(remind("effect_check", EFFECT_DUE), **SCHEDULER)
    log.refused("effect_without_evidence", effect(evidence=()))
    log.refused("unknown_evidence", effect(evidence=("E0",)))
    outcome = log.when(effect(verdict="partly"))
    outcome.then(ReviewEffectChecked(review="R1", verdict="partly", evidence=("E1",)))
    assert outcome.extra_subjects == (*SLOT, "evidence:E1")
    assert state(log).phase == "checked"
    log.refused("effect_already_checked", effect())
    log.refused("review_closed", CloseReview(review="R1"))


def test_an_effect_that_is_too_early_to_tell_is_asked_again_later() -> None:
    log = closed()
    log.today = date(2026, 5, 4)
    log.when(effect(verdict="too_early", evidence=(), insufficient=True))
    assert state(log).phase == "closed"
    log.refused("effect_before_its_time", effect())
    log.today = date(2026, 7, 3)
    log.when(effect())


def test_only_a_closed_review_has_an_effect() -> None:
    decided().refused("review_not_closed", effect())
    opened().refused("review_not_closed", remind("effect_check"), **SCHEDULER)


@pytest.mark.parametrize("command", [freeze(), effect(), PostponeReview(review="R1", due_on=DUE)])
def test_an_unknown_review_has_no_course(command: Command) -> None:
    district().refused("unknown_review", command)


def test_a_closing_on_record_says_from_when_the_effect_counts() -> None:
    log = opened().given(ReviewHeld(review="R1", present=("a-chair",)), ReviewClosed(review="R1"))
    assert state(log).effect_since == CLOSED_ON
