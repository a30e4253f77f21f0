"""Units that end: several become one, one becomes several, or one is dissolved into another.

No open work may be left without an owner: every open activity and action item of a unit that ends
must be handed to one of its successors and to a person. What was opened unseen in the same moment,
or is opened before an ending to come, passes to the heir, as the evidence does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from domain import action, actor, ids
from domain.action import ActionState
from domain.activity import ActivityState
from domain.actor import ActorState
from domain.deciding import fact, listed, require_unused
from domain.district import DistrictState
from domain.errors import Rejected
from domain.facts.action import ActionItemReassigned
from domain.facts.activity import ActivityReassigned
from domain.facts.fields import Slug, Title
from domain.facts.reorganization import HandedOver, UnitDissolved, UnitsMerged, UnitSplit
from domain.facts.unit import UnitRegistered
from domain.message import Circumstances, Command, Decision, DomainEvent, Proposed
from domain.open_work import OpenWork
from domain.unit import UnitState, concerned, require_unit
from domain.world import World

_BOARD = "Title under which the board decided it"
_WORK = "Each open item with the successor it goes to and its owner there: item, unit, owner"


class NewUnit(BaseModel):
    """A unit that is registered because others end."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    unit: Slug
    name: Title


class MergeUnits(Command):
    """End several units; one goes on in their place and has all they leave."""

    units: tuple[Slug, ...] = Field(min_length=2, description="Codes of the units that end")
    successor: Slug = Field(description="Code of the one unit that goes on, none of those")
    successor_name: Title | None = Field(
        default=None, description="Name of the successor, if it is registered with this"
    )
    board_reference: Title = Field(description=_BOARD)
    work: tuple[HandedOver, ...] = Field(default=(), description=_WORK)


class SplitUnit(Command):
    """End a unit; several go on in its place."""

    unit: Slug = Field(description="Code of the unit that ends")
    successors: tuple[Slug, ...] = Field(min_length=2, description="Codes of the units that go on")
    heir: Slug = Field(description="Code of the successor that keeps the evidence and all else")
    registers: tuple[NewUnit, ...] = Field(
        default=(), description="Successors that are registered with this: unit and name of each"
    )
    board_reference: Title = Field(description=_BOARD)
    work: tuple[HandedOver, ...] = Field(default=(), description=_WORK)


class DissolveUnit(Command):
    """End a unit; another has all it leaves."""

    unit: Slug = Field(description="Code of the unit that ends")
    successor: Slug = Field(description="Code of the unit to which its work goes")
    board_reference: Title = Field(description=_BOARD)
    work: tuple[HandedOver, ...] = Field(default=(), description=_WORK)


EndingCommand = MergeUnits | SplitUnit | DissolveUnit
COMMANDS: tuple[type[Command], ...] = (MergeUnits, SplitUnit, DissolveUnit)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a command asks for: who ends, who comes after, and which of those are new, by name."""

    ending: tuple[str, ...]
    successors: tuple[str, ...]
    new: Mapping[str, str]


def _plan(command: EndingCommand) -> _Plan:
    match command:
        case MergeUnits(units=units, successor=successor, successor_name=name):
            return _Plan(units, (successor,), {} if name is None else {successor: name})
        case SplitUnit(unit=unit, successors=successors, registers=registers):
            return _Plan((unit,), successors, {each.unit: each.name for each in registers})
        case DissolveUnit(unit=unit, successor=successor):
            return _Plan((unit,), (successor,), {})


def _event(command: EndingCommand) -> DomainEvent:
    match command:
        case MergeUnits():
            return fact(UnitsMerged, command)
        case SplitUnit():
            return fact(UnitSplit, command)
        case DissolveUnit():
            return fact(UnitDissolved, command)


def needs(command: EndingCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, and the units whose open work it looks at."""
    plan = _plan(command)
    registered = (*plan.ending, *plan.successors, *plan.new)
    return (
        ids.DISTRICT_STREAM,
        *(UnitState.stream(code) for code in registered),
        *(OpenWork.stream(code) for code in plan.ending),
        *(_stream_of(each.item) for each in command.work),
        *(ActorState.stream(each.owner) for each in command.work),
    )


def _stream_of(item: str) -> str:
    kind, _, identifier = item.partition(":")
    return ids.stream(kind, identifier)


def decide(
    command: EndingCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide the end of units. Raises Rejected."""
    plan = _plan(command)
    _require_ending(plan, world)
    _require_successors(plan, world)
    if isinstance(command, SplitUnit) and command.heir not in plan.successors:
        raise Rejected(
            "heir_not_successor",
            f"{command.heir} is to keep what {command.unit} leaves, but is no successor of it; "
            f"name one of: {listed(plan.successors)}",
        )
    _require_all_handed_over(plan, command.work, world)
    registered = (
        Decision(
            UnitState.stream(code),
            (Proposed(UnitRegistered(unit=code, name=name)),),
            stream_is_new=True,
        )
        for code, name in plan.new.items()
    )
    handed = (_hand_over(plan, each, world) for each in command.work)
    ended = Decision(ids.DISTRICT_STREAM, (Proposed(_event(command)),))
    return (*registered, ended, *handed)


def _require_ending(plan: _Plan, world: World) -> None:
    _require_once(plan.ending, "unit_ends_twice", "to end")
    for code in plan.ending:
        require_unit(world, code)
        ending = world.get(DistrictState).endings.of(code)
        if ending is not None:
            raise Rejected(
                "unit_already_ended",
                f"unit {code} ends on {ending.on} already, and {listed(ending.successors)} comes "
                "after it; leave it out, or take that ending back first",
            )


def _require_successors(plan: _Plan, world: World) -> None:
    _require_once(plan.successors, "successor_twice", "to go on")
    strangers = [code for code in plan.new if code not in plan.successors]
    if strangers:
        raise Rejected(
            "registers_no_successor",
            f"{listed(strangers)} would be registered, but is not among the successors "
            f"{listed(plan.successors)}; add it there, or leave it out",
        )
    for code in plan.successors:
        if code in plan.ending:
            raise Rejected(
                "own_successor",
                f"unit {code} cannot end and go on; if it goes on, dissolve the others into it",
            )
        if code in plan.new:
            require_unused(world.get(UnitState, code), f"the unit code {code}")
            continue
        require_unit(world, code)
        ending = world.get(DistrictState).endings.of(code)
        if ending is not None:
            raise Rejected(
                "successor_ends",
                f"unit {code} cannot come after others: it ends on {ending.on} itself; name "
                f"{listed(ending.successors)}",
            )


def _require_once(codes: tuple[str, ...], rule: str, what: str) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise Rejected(rule, f"{listed(twice)} is named {what} more than once; name each once")


def _require_all_handed_over(plan: _Plan, work: tuple[HandedOver, ...], world: World) -> None:
    items = tuple(each.item for each in work)
    _require_once(items, "handed_over_twice", "to be handed over")
    open_items = {item: code for code in plan.ending for item in world.get(OpenWork, code).of(code)}
    left = [f"{item} of {code}" for item, code in open_items.items() if item not in items]
    if left:
        raise Rejected(
            "open_work_without_successor",
            f"{len(left)} open items would be left without an owner: {listed(left)}; name a "
            "successor and a person for each in work, or complete them first",
        )
    for each in work:
        if each.item not in open_items:
            raise Rejected(
                "not_open_work",
                f"{each.item} is no open work of {listed(plan.ending)}; check the id, or leave it "
                "out",
            )
        if each.unit not in plan.successors:
            raise Rejected(
                "handed_to_no_successor",
                f"{each.item} would go to {each.unit}, which is no successor; name one of: "
                f"{listed(plan.successors)}",
            )
        if each.item.startswith("action:"):
            action.require_owner(world, each.owner)
        else:
            actor.require_active(world, each.owner, "the owner")


def _hand_over(plan: _Plan, each: HandedOver, world: World) -> Decision:
    identifier = each.item.partition(":")[2]
    stream = _stream_of(each.item)
    state = world.of_stream(stream)
    if isinstance(state, ActivityState):
        moved = (each.unit if unit in plan.ending else unit for unit in state.units)
        units = tuple(dict.fromkeys(moved))
        event = ActivityReassigned(activity=identifier, owner=each.owner, units=units)
        return Decision(stream, (Proposed(event, concerned(world, state.units)),))
    item = world.get(ActionState, identifier)
    reassigned = ActionItemReassigned(action=identifier, owner=each.owner, unit=each.unit)
    return Decision(stream, (Proposed(reassigned, action.concerned_by(item, world)),))
