"""An action item: from a review that was held, verified by somebody who did not do it."""

from datetime import date

import pytest

from domain.action import (
    AcceptActionItem,
    ActionState,
    CompleteActionItem,
    DropActionItem,
    OpenActionItem,
    ReassignActionItem,
    VerifyActionItem,
)
from domain.correction import RetractFact
from domain.facts.action import (
    ActionItemAccepted,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemOpened,
    ActionItemReassigned,
    ActionItemVerified,
)
from domain.facts.district import ActorRegistered, ActorRetired
from domain.facts.evidence import EvidenceRetracted
from domain.facts.review import ReviewHeld, ReviewTriggered
from domain.message import Command
from tests.support.districts import district
from tests.support.samples import SAMPLES
from tests.support.specification import TODAY, Specification


def reviewed() -> Specification:
    opened = SAMPLES["ReviewTriggered"]
    assert isinstance(opened, ReviewTriggered)
    review = opened.model_copy(update={"review": "R1"})
    return district().given(review, ReviewHeld(review="R1", present=("a-chair",)))


def open_item(**changes: object) -> OpenActionItem:
    fields: dict[str, object] = {
        "action": "X1",
        "title": "Open an issue desk",
        "review": "R1",
        "unit": "IT",
        "owner": "a-deputy",
        "due_on": date(2026, 3, 30),
        "shows_it_worked": "No calls for a month",
        "critical": True,
    }
    return OpenActionItem.model_validate({**fields, **changes})


def opened() -> Specification:
    log = reviewed()
    log.when(open_item())
    return log


def completed(by: str = "a-steward") -> Specification:
    log = opened()
    log.when(CompleteActionItem(action="X1", evidence=("E1",)), actor=by)
    return log


def test_an_item_is_opened_with_one_owner_and_a_date() -> None:
    outcome = reviewed().when(open_item())
    outcome.then(ActionItemOpened.model_validate(open_item().model_dump()))
    assert outcome.decisions[0].stream_is_new


def test_an_item_is_not_opened_twice() -> None:
    opened().refused("id_already_used", open_item())


def test_an_item_comes_from_a_review_that_was_held() -> None:
    log = district()
    log.refused("unknown_review", open_item())
    review = SAMPLES["ReviewTriggered"]
    log.given(review).refused("review_not_held", open_item(review="R6-2026-02-IT"))


def test_an_owner_is_registered_and_acts() -> None:
    log = reviewed().given(ActorRetired(actor="a-deputy"))
    log.refused("unknown_actor", open_item(owner="a-nobody"))
    log.refused("retired_actor", open_item())


def test_an_item_about_an_unknown_unit_is_refused() -> None:
    reviewed().refused("unknown_unit", open_item(unit="XX"))


def test_an_item_is_not_due_before_it_is_opened() -> None:
    reviewed().refused("due_before_opened", open_item(due_on=date(2026, 3, 1)))
    reviewed().when(open_item(due_on=TODAY))


def test_an_item_is_completed_on_evidence_and_concerns_its_review_and_unit() -> None:
    outcome = opened().when(CompleteActionItem(action="X1", evidence=("E1",)))
    outcome.then(ActionItemCompleted(action="X1", evidence=("E1",)))
    assert outcome.extra_subjects == ("review:R1", "unit:IT")


def test_an_item_is_not_completed_without_evidence_that_counts() -> None:
    log = opened().given(EvidenceRetracted(evidence="E2"))
    log.refused("completed_without_evidence", CompleteActionItem(action="X1"))
    for cited, rule in (("E0", "unknown_evidence"), ("E2", "retracted_evidence")):
        log.refused(rule, CompleteActionItem(action="X1", evidence=(cited,)))


def test_an_item_is_verified_by_somebody_who_neither_owns_nor_completed_it() -> None:
    outcome = completed("a-deputy").when(VerifyActionItem(action="X1"))
    outcome.then(ActionItemVerified(action="X1"))
    assert outcome.extra_subjects == ("review:R1", "unit:IT")


@pytest.mark.parametrize(
    "who",
    [
        {"actor": "a-deputy"},
        {"actor": "a-analyst"},
        {"actor": "a-steward", "on_behalf_of": "a-deputy"},
    ],
)
def test_the_owner_and_the_one_who_completed_it_do_not_verify(who: dict[str, str]) -> None:
    log = completed(by="a-analyst")
    log.refused("verifier_is_doer", VerifyActionItem(action="X1"), **who)


def test_an_open_item_is_not_verified() -> None:
    opened().refused("action_not_completed", VerifyActionItem(action="X1"))


def test_an_item_is_dropped_for_a_reason() -> None:
    log = opened()
    log.refused("dropped_without_reason", DropActionItem(action="X1"))
    outcome = log.when(DropActionItem(action="X1", note="Merged"), reason="not needed")
    outcome.then(ActionItemDropped(action="X1", note="Merged"))
    assert outcome.extra_subjects == ("review:R1", "unit:IT")


def test_a_completed_item_is_not_completed_again_but_may_be_dropped() -> None:
    log = completed()
    again = CompleteActionItem(action="X1", evidence=("E1",))
    log.refused("action_already_completed", again)
    log.when(DropActionItem(action="X1"), reason="it did not last")


def test_an_item_is_accepted_by_its_owner_or_for_its_owner() -> None:
    command = AcceptActionItem(action="X1")
    outcome = opened().when(command, actor="a-deputy")
    outcome.then(ActionItemAccepted(action="X1"))
    assert outcome.extra_subjects == ("review:R1", "unit:IT")
    opened().when(command, actor="a-steward", on_behalf_of="a-deputy")


def test_an_item_is_not_accepted_by_anybody_else() -> None:
    opened().refused("acceptor_is_not_owner", AcceptActionItem(action="X1"))


def test_an_item_is_accepted_once() -> None:
    log = opened()
    log.when(AcceptActionItem(action="X1"), actor="a-deputy")
    log.refused("action_already_accepted", AcceptActionItem(action="X1"), actor="a-deputy")


def test_an_item_is_reassigned_and_its_new_owner_has_yet_to_accept_it() -> None:
    log = opened()
    log.when(AcceptActionItem(action="X1"), actor="a-deputy")
    outcome = log.when(ReassignActionItem(action="X1", owner="a-analyst"))
    outcome.then(ActionItemReassigned(action="X1", owner="a-analyst", unit="IT"))
    log.refused("acceptor_is_not_owner", AcceptActionItem(action="X1"), actor="a-deputy")
    log.when(AcceptActionItem(action="X1"), actor="a-analyst")


def test_an_item_that_moves_to_another_unit_concerns_both_at_that_moment() -> None:
    log = opened()
    outcome = log.when(ReassignActionItem(action="X1", owner="a-hr-head", unit="HR"))
    (event,) = outcome.events
    assert event.subjects() == ("action:X1", "unit:HR")
    assert outcome.extra_subjects == ("review:R1", "unit:IT")
    state = log.state("action-X1")
    assert isinstance(state, ActionState)
    assert state.subjects() == ("review:R1", "unit:HR")


def test_an_item_is_not_reassigned_to_a_vacancy() -> None:
    log = opened().given(ActorRetired(actor="a-chair"))
    log.refused("unknown_actor", ReassignActionItem(action="X1", owner="a-nobody"))
    log.refused("retired_actor", ReassignActionItem(action="X1", owner="a-chair"))


def test_an_item_is_not_reassigned_to_a_program() -> None:
    log = opened().given(ActorRegistered(actor="a-bot", role="scheduler", kind="service"))
    log.refused("owner_not_a_person", ReassignActionItem(action="X1", owner="a-bot"))


def test_an_item_is_not_reassigned_to_an_unknown_unit() -> None:
    command = ReassignActionItem(action="X1", owner="a-analyst", unit="XX")
    opened().refused("unknown_unit", command)


@pytest.mark.parametrize("unit", [None, "IT"])
def test_an_item_is_not_reassigned_to_who_owes_it_already(unit: str | None) -> None:
    command = ReassignActionItem(action="X1", owner="a-deputy", unit=unit)
    opened().refused("reassignment_changes_nothing", command)


def test_a_reassignment_that_was_accepted_is_taken_back_from_its_end() -> None:
    log = opened()
    log.when(ReassignActionItem(action="X1", owner="a-analyst"))
    reassigned = RetractFact(event_id=log.last_id("action-X1"), stream="action-X1")
    log.when(AcceptActionItem(action="X1"), actor="a-analyst")
    accepted = RetractFact(event_id=log.last_id("action-X1"), stream="action-X1")
    log.refused("others_follow", reassigned, reason="another was meant")
    log.when(accepted, reason="another was meant")
    log.when(reassigned, reason="another was meant")
    log.when(AcceptActionItem(action="X1"), actor="a-deputy")


def test_a_former_owner_may_verify_what_another_did() -> None:
    log = opened()
    log.when(ReassignActionItem(action="X1", owner="a-analyst"))
    log.when(CompleteActionItem(action="X1", evidence=("E1",)), actor="a-analyst")
    log.when(VerifyActionItem(action="X1"), actor="a-deputy")


def test_a_completed_item_is_neither_accepted_nor_reassigned() -> None:
    log = completed()
    log.refused("action_already_completed", AcceptActionItem(action="X1"), actor="a-deputy")
    reassign = ReassignActionItem(action="X1", owner="a-analyst")
    log.refused("action_already_completed", reassign)


COMMANDS: list[Command] = [
    AcceptActionItem(action="X1"),
    ReassignActionItem(action="X1", owner="a-analyst"),
    CompleteActionItem(action="X1", evidence=("E1",)),
    VerifyActionItem(action="X1"),
    DropActionItem(action="X1"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_item_that_is_over_takes_nothing_more(command: Command) -> None:
    verified = completed("a-deputy")
    verified.when(VerifyActionItem(action="X1"))
    verified.refused("action_already_verified", command, reason="because")
    dropped = opened()
    dropped.when(DropActionItem(action="X1"), reason="because")
    dropped.refused("action_already_dropped", command, reason="because")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_item_takes_nothing(command: Command) -> None:
    district().refused("unknown_action", command, reason="because")
