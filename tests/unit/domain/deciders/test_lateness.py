"""An action item that is late: its date moves with ever higher approval, or it is escalated."""

from datetime import date, timedelta

import pytest

from domain.action import CompleteActionItem, ReassignActionItem
from domain.correction import RetractFact
from domain.facts.action import (
    ActionItemDueDateMoved,
    ActionItemEscalated,
    ActionItemOpened,
)
from domain.facts.district import ActorRegistered, ActorRetired, StewardshipTeamChartered
from domain.facts.fields import EscalationLevel
from domain.lateness import LEVELS, EscalateActionItem, MoveActionItemDueDate
from tests.support.districts import district
from tests.support.specification import TODAY, Specification

DUE = TODAY + timedelta(days=7)


def item(**changes: object) -> Specification:
    """Return a log in which HR, headed by a-hr-head, owes an item due in a week."""
    fields: dict[str, object] = {
        "action": "X1",
        "title": "Open an issue desk",
        "review": "R1",
        "unit": "HR",
        "owner": "a-deputy",
        "due_on": DUE,
        "shows_it_worked": "No calls for a month",
    }
    opened = ActionItemOpened.model_validate({**fields, **changes})
    team = StewardshipTeamChartered(chair="a-chair", members=("a-chair",))
    return district().given(team, opened)


def move(weeks: int, unit: str | None = None) -> MoveActionItemDueDate:
    due = TODAY + timedelta(weeks=weeks)
    return MoveActionItemDueDate(action="X1", due_on=due, unit=unit)


def moved(times: int, **changes: object) -> Specification:
    log = item(**changes)
    for each in range(times):
        days = timedelta(weeks=each)
        log.given(
            ActionItemDueDateMoved(
                action="X1", from_due_on=DUE + days, due_on=DUE + days + timedelta(weeks=1)
            )
        )
    return log


def escalate(level: EscalationLevel) -> EscalateActionItem:
    return EscalateActionItem(action="X1", level=level)


WHY = {"reason": "the vendor is late"}


def test_a_due_date_is_moved_once_for_a_reason_and_without_approval() -> None:
    outcome = item().when(move(3), **WHY)
    new = TODAY + timedelta(weeks=3)
    outcome.then(ActionItemDueDateMoved(action="X1", from_due_on=DUE, due_on=new))
    assert outcome.extra_subjects == ("review:R1", "unit:HR")


def test_a_due_date_is_not_moved_without_a_reason() -> None:
    item().refused("moved_without_reason", move(3))


def test_a_due_date_is_not_moved_to_where_it_is() -> None:
    item().refused("due_date_unchanged", move(1), **WHY)


@pytest.mark.parametrize("weeks", [0, -1])
def test_a_due_date_is_not_moved_to_a_day_that_is_not_ahead(weeks: int) -> None:
    item().refused("due_date_not_ahead", move(weeks), **WHY)


def test_a_due_date_may_be_brought_forward() -> None:
    command = MoveActionItemDueDate(action="X1", due_on=DUE - timedelta(days=3))
    item().when(command, **WHY)


@pytest.mark.parametrize("approver", [None, "a-steward", "a-analyst"])
def test_a_second_move_is_refused_without_the_head_of_the_unit(approver: str | None) -> None:
    log = moved(1)
    log.refused("second_move_without_head", move(5, "HR"), **WHY, approved_by=approver)


@pytest.mark.parametrize(("unit", "approver"), [("HR", "a-hr-head"), (None, "a-chair")])
def test_a_second_move_is_approved_by_the_head_or_the_chair(
    unit: str | None, approver: str
) -> None:
    moved(1).when(move(5, unit), **WHY, approved_by=approver)


def test_the_head_approves_for_the_items_own_unit_only() -> None:
    command = move(5, "IT")
    moved(1).refused("unit_of_another_item", command, **WHY, approved_by="a-hr-head")
    moved(1).refused("second_move_without_head", move(5), **WHY, approved_by="a-hr-head")


def test_a_head_does_not_approve_a_move_of_an_item_of_their_own() -> None:
    log = moved(1, owner="a-hr-head")
    log.refused("approver_is_doer", move(5, "HR"), **WHY, approved_by="a-hr-head")


def test_who_records_a_move_does_not_approve_it() -> None:
    log = moved(1)
    log.refused(
        "approver_is_doer", move(5, "HR"), **WHY, actor="a-hr-head", approved_by="a-hr-head"
    )


def test_a_retired_approver_approves_nothing() -> None:
    log = moved(2).given(ActorRetired(actor="a-chair"))
    log.refused("retired_actor", move(5), **WHY, approved_by="a-chair")


@pytest.mark.parametrize("times", [2, 3])
def test_a_third_and_any_later_move_is_refused_without_the_chair(times: int) -> None:
    log = moved(times)
    log.refused("third_move_without_chair", move(9, "HR"), **WHY, approved_by="a-hr-head")
    log.refused("third_move_without_chair", move(9, "HR"), **WHY)
    log.when(move(9), **WHY, approved_by="a-chair")


def test_a_move_that_was_taken_back_does_not_count() -> None:
    log = moved(1)
    command = RetractFact(event_id=log.last_id("action-X1"), stream="action-X1")
    log.when(command, reason="another item was meant")
    log.when(move(3), **WHY)


def test_an_item_that_is_due_today_is_not_escalated() -> None:
    item(due_on=TODAY).refused("not_overdue", escalate("owner"))


def test_an_overdue_item_is_escalated_step_by_step_or_at_once() -> None:
    log = item(due_on=date(2026, 2, 20))
    for level in LEVELS:
        command = EscalateActionItem.model_validate({"action": "X1", "level": level})
        outcome = log.when(command)
        (event,) = outcome.events
        assert isinstance(event, ActionItemEscalated)
        assert event.level == level
        assert outcome.extra_subjects == ("review:R1", "unit:HR")
    item(due_on=date(2026, 2, 20)).when(escalate("superintendent"))


def test_a_program_may_record_an_escalation() -> None:
    log = item(due_on=date(2026, 2, 20))
    log.given(ActorRegistered(actor="a-clock", role="scheduler", kind="service"))
    log.when(escalate("owner"), actor="a-clock", source="scheduler")


@pytest.mark.parametrize("level", ["owner", "head"])
def test_an_escalation_goes_up_and_never_down_or_twice(level: EscalationLevel) -> None:
    log = item(due_on=date(2026, 2, 20))
    log.when(escalate("head"))
    log.refused("escalation_not_upward", escalate(level))


def test_whether_an_item_was_overdue_is_asked_of_the_day_it_happened() -> None:
    log = item(due_on=date(2026, 2, 27))
    log.refused("not_overdue", escalate("owner"), occurred_on=date(2026, 2, 27))
    log.when(escalate("owner"), occurred_on=date(2026, 2, 28))


def test_a_moved_due_date_begins_a_new_escalation() -> None:
    log = item(due_on=date(2026, 2, 20))
    log.when(escalate("chair"))
    log.when(move(1), **WHY)
    log.refused("not_overdue", escalate("owner"))
    log.today = DUE + timedelta(days=1)
    log.when(escalate("owner"))


def test_an_item_that_is_done_is_neither_moved_nor_escalated() -> None:
    log = item(due_on=date(2026, 2, 20))
    log.when(CompleteActionItem(action="X1", evidence=("E1",)))
    log.refused("action_already_completed", move(3), **WHY)
    log.refused("action_already_completed", escalate("owner"))


def test_an_unknown_item_is_neither_moved_nor_escalated() -> None:
    log = district()
    log.refused("unknown_action", move(3), **WHY)
    log.refused("unknown_action", escalate("owner"))


def test_a_move_counts_for_the_item_whoever_owes_it() -> None:
    log = moved(1)
    log.when(ReassignActionItem(action="X1", owner="a-analyst"))
    log.refused("second_move_without_head", move(5), **WHY)
