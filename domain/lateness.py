"""An action item that is not done in time: its due date is moved, or somebody higher is told.

The owner may move a date once, for a reason. The second time the head of the unit, or the chair,
must have approved it; from the third time the chair of the stewardship team.
"""

from datetime import date
from typing import get_args

from pydantic import Field

from domain import actor, ids
from domain.action import ActionState, concerned_by, require_phase
from domain.deciding import doers, fact, one, require_reason
from domain.district import DistrictState
from domain.errors import Rejected
from domain.facts.action import ActionItemDueDateMoved, ActionItemEscalated
from domain.facts.fields import EscalationLevel, Slug
from domain.message import Circumstances, Command, Decision
from domain.unit import UnitState, require_unit
from domain.world import World

LEVELS: tuple[str, ...] = get_args(EscalationLevel)
"""Whom an overdue action item is escalated to, lowest first."""


class MoveActionItemDueDate(Command):
    """Put off, or bring forward, the day by which an action item is to be done; needs a reason."""

    action: Slug = Field(description="Id of the action item")
    due_on: date = Field(description="New day by which it is to be done, later than today")
    unit: Slug | None = Field(
        default=None,
        description="Code of its unit; needed when the unit's head approved a second move",
    )


class EscalateActionItem(Command):
    """Say who was told that an action item is overdue."""

    action: Slug = Field(description="Id of the action item")
    level: EscalationLevel = Field(description="Who was told; always higher than the last time")


LatenessCommand = MoveActionItemDueDate | EscalateActionItem
COMMANDS: tuple[type[Command], ...] = (MoveActionItemDueDate, EscalateActionItem)


def needs(command: LatenessCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = ActionState.stream(command.action)
    match command:
        case MoveActionItemDueDate(unit=str() as unit):
            return (target, ids.DISTRICT_STREAM, UnitState.stream(unit))
        case MoveActionItemDueDate():
            return (target, ids.DISTRICT_STREAM)
        case EscalateActionItem():
            return (target,)


def decide(
    command: LatenessCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about an action item's being late. Raises Rejected."""
    stream = ActionState.stream(command.action)
    state = world.get(ActionState, command.action)
    match command:
        case MoveActionItemDueDate():
            require_phase(command.action, state, ("open",), "moved to another day")
            _require_another_day(command, circumstances, state)
            _require_approved(command, circumstances, state, world)
            moved = fact(ActionItemDueDateMoved, command, from_due_on=state.due_on)
            return one(stream, moved, concerned_by(state, world))
        case EscalateActionItem():
            require_phase(command.action, state, ("open",), "escalated")
            _require_escalable(command, circumstances, state)
            return one(stream, fact(ActionItemEscalated, command), concerned_by(state, world))


def _require_another_day(
    command: MoveActionItemDueDate, circumstances: Circumstances, state: ActionState
) -> None:
    if command.due_on == state.due_on:
        raise Rejected(
            "due_date_unchanged",
            f"action item {command.action} is due on {state.due_on} already; give another day",
        )
    if command.due_on <= circumstances.today:
        raise Rejected(
            "due_date_not_ahead",
            f"action item {command.action} would be due on {command.due_on}, but today is "
            f"{circumstances.today}; give a later day",
        )
    require_reason(circumstances, "moved_without_reason", "moving a due date")


def _require_approved(
    command: MoveActionItemDueDate, circumstances: Circumstances, state: ActionState, world: World
) -> None:
    if state.moves == 0:
        return
    chair = world.get(DistrictState).chair
    allowed = {chair} if state.moves > 1 else {chair} | _heads(command, state, world)
    approver = circumstances.approved_by
    if approver is None or approver not in allowed:
        rule, who = ("third_move_without_chair", "the chair of the stewardship team")
        if state.moves == 1:
            rule, who = ("second_move_without_head", f"the head of its unit, or {who}")
        raise Rejected(
            rule,
            f"the due date of action item {command.action} was moved {state.moves} times; {who} "
            "must approve another move: name that person in approved_by, and its unit",
        )
    if approver in doers(circumstances) | {state.owner}:
        raise Rejected(
            "approver_is_doer",
            f"{approver!r} owns action item {command.action} or asks for the move, and may not "
            "approve it; let somebody else approve or record it",
        )
    actor.require_active(world, approver, "the approver")


def _heads(
    command: MoveActionItemDueDate, state: ActionState, world: World
) -> frozenset[str | None]:
    if command.unit is None:
        return frozenset()
    if command.unit != state.unit:
        raise Rejected(
            "unit_of_another_item",
            f"action item {command.action} concerns {state.unit or 'no unit'}, not "
            f"{command.unit}; give its own unit, or none",
        )
    return frozenset(require_unit(world, command.unit).heads)


def _require_escalable(
    command: EscalateActionItem, circumstances: Circumstances, state: ActionState
) -> None:
    if state.due_on is None or circumstances.occurred_on <= state.due_on:
        raise Rejected(
            "not_overdue",
            f"action item {command.action} is due on {state.due_on} and not overdue on "
            f"{circumstances.occurred_on}; escalate it when it is",
        )
    if state.escalated is not None and LEVELS.index(command.level) <= LEVELS.index(state.escalated):
        raise Rejected(
            "escalation_not_upward",
            f"the {state.escalated} was told about action item {command.action} already; an "
            f"escalation goes up, in the order {', '.join(LEVELS)}",
        )
