"""An action item: one owner, one date, and somebody else who looks whether it was done."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain import actor, evidence, ids, review
from domain.actor import ActorState
from domain.deciding import begun_on, doers, fact, one, require_reason, require_unused
from domain.errors import Rejected
from domain.facts.action import (
    ActionItemAccepted,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueDateMoved,
    ActionItemEscalated,
    ActionItemOpened,
    ActionItemReassigned,
    ActionItemVerified,
)
from domain.facts.fields import EscalationLevel, Note, Slug, Title
from domain.message import Circumstances, Command, Decision, Happened
from domain.review import ReviewState
from domain.unit import UnitState, concerned, require_running
from domain.world import State, World

Phase = Literal["open", "completed", "verified", "dropped"]


class OpenActionItem(Command):
    """Give someone something to do by a date, as a review decided."""

    action: Slug = Field(description="New id of the action item")
    title: Title = Field(description="Short title without personal data")
    review: Slug = Field(description="Id of the review it comes from")
    unit: Slug | None = Field(default=None, description="Code of the unit it concerns, if one")
    owner: Slug = Field(description="Actor id of the one person who owes it")
    due_on: date = Field(description="Day by which it is to be done")
    shows_it_worked: Title = Field(description="What would show that it worked")
    critical: bool = Field(default=False, description="Whether a stage must wait for it")


class AcceptActionItem(Command):
    """Take an action item on, as its owner."""

    action: Slug = Field(description="Id of the action item")


class ReassignActionItem(Command):
    """Give an action item to another person, and to another unit if its unit changes."""

    action: Slug = Field(description="Id of the action item")
    owner: Slug = Field(description="Actor id of the one person who owes it from now on")
    unit: Slug | None = Field(
        default=None, description="Code of the unit it concerns from now on; left out, as before"
    )


class CompleteActionItem(Command):
    """Say that an action item is done, on evidence."""

    action: Slug = Field(description="Id of the action item")
    evidence: tuple[Slug, ...] = Field(
        default=(), description="Ids of the evidence that shows it; at least one"
    )


class VerifyActionItem(Command):
    """Confirm, as neither its owner nor the one who completed it, that it is done."""

    action: Slug = Field(description="Id of the action item")


class DropActionItem(Command):
    """Say that an action item will not be done; needs a reason."""

    action: Slug = Field(description="Id of the action item")
    note: Note | None = Field(default=None, description="More about it")


ActionCommand = (
    OpenActionItem
    | AcceptActionItem
    | ReassignActionItem
    | CompleteActionItem
    | VerifyActionItem
    | DropActionItem
)
COMMANDS: tuple[type[Command], ...] = (
    OpenActionItem,
    AcceptActionItem,
    ReassignActionItem,
    CompleteActionItem,
    VerifyActionItem,
    DropActionItem,
)


@dataclass(frozen=True, slots=True)
class ActionState(State):
    """One action item: its phase, who owes it by when, and who said that it is done.

    `moves` counts how often its due date was moved; `escalated` is who was told that it is late,
    since the due date that it has now.
    """

    category: ClassVar[str] = "action"

    phase: Phase | None = None
    owner: str | None = None
    accepted: bool = False
    due_on: date | None = None
    moves: int = 0
    escalated: EscalationLevel | None = None
    completed_by: str | None = None
    review: str | None = None
    unit: str | None = None

    def subjects(self) -> tuple[str, ...]:
        """Return what later facts about the item concern too: its review and its unit."""
        reviews = () if self.review is None else (ids.subject("review", self.review),)
        units = () if self.unit is None else (ids.subject("unit", self.unit),)
        return (*reviews, *units)


def concerned_by(state: ActionState, world: World) -> tuple[str, ...]:
    """Return what later facts about an item concern: its review, its unit, that one's heirs."""
    units = () if state.unit is None else concerned(world, (state.unit,))
    return tuple(dict.fromkeys((*state.subjects(), *units)))


initial = ActionState()


def evolve(state: ActionState, happened: Happened) -> ActionState:
    """Return the state after one more fact about the action item."""
    match happened.event:
        case ActionItemOpened(owner=owner, review=named, unit=unit, due_on=due):
            return replace(state, phase="open", owner=owner, review=named, unit=unit, due_on=due)
        case ActionItemAccepted():
            return replace(state, accepted=True)
        case ActionItemReassigned(owner=owner, unit=unit):
            return replace(state, owner=owner, unit=unit, accepted=False)
        case ActionItemDueDateMoved(due_on=due):
            return replace(state, due_on=due, moves=state.moves + 1, escalated=None)
        case ActionItemEscalated(level=level):
            return replace(state, escalated=level)
        case ActionItemCompleted():
            return replace(state, phase="completed", completed_by=happened.actor)
        case ActionItemVerified():
            return replace(state, phase="verified")
        case ActionItemDropped():
            return replace(state, phase="dropped")
        case _:
            return state


def needs(command: ActionCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = ActionState.stream(command.action)
    match command:
        case OpenActionItem(review=named, owner=owner, unit=unit):
            units = () if unit is None else (UnitState.stream(unit),)
            return (target, ReviewState.stream(named), ActorState.stream(owner), *units)
        case ReassignActionItem(owner=owner, unit=unit):
            units = () if unit is None else (UnitState.stream(unit),)
            return (target, ActorState.stream(owner), *units)
        case CompleteActionItem(evidence=cited):
            return (target, *evidence.streams(cited))
        case _:
            return (target,)


def decide(
    command: ActionCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about an action item. Raises Rejected."""
    stream = ActionState.stream(command.action)
    state = world.get(ActionState, command.action)
    others = concerned_by(state, world)
    match command:
        case OpenActionItem():
            _require_openable(command, circumstances, state, world)
            return one(stream, fact(ActionItemOpened, command), new=True)
        case AcceptActionItem():
            _require_acceptable(command, circumstances, state)
            return one(stream, fact(ActionItemAccepted, command), others)
        case ReassignActionItem():
            unit = state.unit if command.unit is None else command.unit
            _require_reassignable(command, circumstances, state, world)
            reassigned = fact(ActionItemReassigned, command, unit=unit)
            return one(stream, reassigned, others)
        case CompleteActionItem():
            require_phase(command.action, state, ("open",), "completed")
            _require_shown(command, world)
            return one(stream, fact(ActionItemCompleted, command), others)
        case VerifyActionItem():
            require_phase(command.action, state, ("completed",), "verified")
            _require_another(command, circumstances, state)
            return one(stream, fact(ActionItemVerified, command), others)
        case DropActionItem():
            require_phase(command.action, state, ("open", "completed"), "dropped")
            require_reason(circumstances, "dropped_without_reason", "dropping an action item")
            return one(stream, fact(ActionItemDropped, command), others)


def _require_openable(
    command: OpenActionItem, circumstances: Circumstances, state: ActionState, world: World
) -> None:
    require_unused(state, f"action item {command.action}")
    if review.require_opened(world, command.review).phase == "open":
        raise Rejected(
            "review_not_held",
            f"review {command.review} was not held yet; an action item comes from its decisions",
        )
    require_owner(world, command.owner)
    if command.unit is not None:
        require_running(world, command.unit, begun_on(circumstances))
    if command.due_on < circumstances.occurred_on:
        raise Rejected(
            "due_before_opened",
            f"action item {command.action} would be due on {command.due_on}, before it is opened "
            f"on {circumstances.occurred_on}; give a later date",
        )


def _require_acceptable(
    command: AcceptActionItem, circumstances: Circumstances, state: ActionState
) -> None:
    require_phase(command.action, state, ("open",), "accepted")
    if state.owner not in doers(circumstances):
        raise Rejected(
            "acceptor_is_not_owner",
            f"action item {command.action} is owed by {state.owner!r}, who alone may accept it; "
            "reassign it first if it is owed by somebody else",
        )
    if state.accepted:
        raise Rejected(
            "action_already_accepted",
            f"{state.owner!r} accepted action item {command.action} before; nothing to do",
        )


def require_owner(world: World, owner: str) -> None:
    """Refuse an owner of an action item who is not a person that acts."""
    kind = actor.require_active(world, owner, "the owner").kind
    if kind != "person":
        raise Rejected(
            "owner_not_a_person",
            f"{owner!r} is a {kind}, and an action item is owed by a person; name who sees to it",
        )


def _require_reassignable(
    command: ReassignActionItem, circumstances: Circumstances, state: ActionState, world: World
) -> None:
    require_phase(command.action, state, ("open",), "reassigned")
    require_owner(world, command.owner)
    if command.unit is not None:
        require_running(world, command.unit, begun_on(circumstances))
    if command.owner == state.owner and command.unit in (None, state.unit):
        raise Rejected(
            "reassignment_changes_nothing",
            f"action item {command.action} is owed by {state.owner!r} for the same unit already; "
            "name another owner or unit",
        )


def require_phase(action: str, state: ActionState, allowed: tuple[Phase, ...], wish: str) -> None:
    """Refuse what an action item is in the wrong phase for. `wish` names it, such as `dropped`."""
    if state.phase is None:
        raise Rejected("unknown_action", f"there is no action item {action!r}; check the id")
    if state.phase not in allowed:
        rule = "action_not_completed" if state.phase == "open" else f"action_already_{state.phase}"
        raise Rejected(rule, f"action item {action} is {state.phase} and cannot be {wish}")


def _require_shown(command: CompleteActionItem, world: World) -> None:
    if not command.evidence:
        raise Rejected(
            "completed_without_evidence",
            f"action item {command.action} cannot be completed without evidence; submit some and "
            "cite it, or drop the item",
        )
    evidence.require_usable(world, command.evidence)


def _require_another(
    command: VerifyActionItem, circumstances: Circumstances, state: ActionState
) -> None:
    involved = doers(circumstances) & {state.owner, state.completed_by}
    if involved:
        raise Rejected(
            "verifier_is_doer",
            f"{min(involved)!r} owns or completed action item {command.action}; somebody else must "
            "verify it",
        )
