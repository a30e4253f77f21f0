"""A central office unit: its registration, its head, its holds, and the stage it is in.

The commands that move a unit between stages are in `domain.stages`; the state here serves both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from pydantic import Field

from domain import actor, ids
from domain.actor import ActorState
from domain.catalogue import shipped_units
from domain.deciding import effective_on, fact, one, require_unused
from domain.district import DistrictState
from domain.errors import InvalidData, Rejected
from domain.facts.fields import Note, Slug, Title
from domain.facts.unit import (
    GateCriterionAttested,
    GateWaived,
    UnitHeadAssigned,
    UnitHeadVacated,
    UnitHoldLifted,
    UnitPutOnHold,
    UnitRegistered,
    UnitRestarted,
    UnitStageEntered,
    UnitStageReverted,
)
from domain.message import Circumstances, Command, Decision, DomainEvent, Happened
from domain.world import State, World


class RegisterUnit(Command):
    """Register a unit of the central office, in stage S0."""

    unit: Slug = Field(description="The district's own code for it, never used before, such as HR")
    name: Title = Field(description="Name of the unit")
    catalogue_code: Slug | None = Field(
        default=None, description="Code of its counterpart in the shipped catalogue, if any"
    )
    parent: Slug | None = Field(default=None, description="Code of the unit it is part of, if any")
    school_facing: bool = Field(default=True, description="Whether it serves schools directly")


class AssignUnitHead(Command):
    """Name who heads a unit, acting or substantively."""

    unit: Slug = Field(description="Code of the unit")
    head: Slug = Field(description="Actor id of the head")
    acting: bool = Field(default=False, description="Whether the head is only acting")


class VacateUnitHead(Command):
    """Say that the head, acting or substantive, heads the unit no more."""

    unit: Slug = Field(description="Code of the unit")
    head: Slug = Field(description="Actor id of the head who leaves")


class PutUnitOnHold(Command):
    """Stop a unit's clock until a date."""

    unit: Slug = Field(description="Code of the unit")
    until: date | None = Field(default=None, description="Last day of the hold; required")
    approver: Slug = Field(description="Actor id of who allowed the hold")
    note: Note | None = Field(default=None, description="What the hold is about")


class LiftUnitHold(Command):
    """End a hold."""

    unit: Slug = Field(description="Code of the unit")


UnitCommand = RegisterUnit | AssignUnitHead | VacateUnitHead | PutUnitOnHold | LiftUnitHold
COMMANDS: tuple[type[Command], ...] = (
    RegisterUnit,
    AssignUnitHead,
    VacateUnitHead,
    PutUnitOnHold,
    LiftUnitHold,
)


@dataclass(frozen=True, slots=True)
class UnitState(State):
    """One unit. `head` is substantive, `acting` an acting head; there may be both.

    `attested` holds the criteria that are met, and `waived` the last day of each waiver; both by
    stage and criterion. A hold that has run out is still there until it is lifted: only the dates
    say whether it stops anything. `last_stage_change` is the fact that brought the unit to `stage`.
    """

    category: ClassVar[str] = "unit"

    code: str | None = None
    name: str | None = None
    head: str | None = None
    acting: str | None = None
    stage: str = "S0"
    stage_entered_on: date | None = None
    last_stage_change: DomainEvent | None = None
    attested: frozenset[tuple[str, str]] = frozenset()
    waived: Mapping[tuple[str, str], date] = field(default_factory=dict)
    on_hold_from: date | None = None
    on_hold_until: date | None = None

    @property
    def registered(self) -> bool:
        """Whether the unit exists."""
        return self.code is not None

    @property
    def heads(self) -> frozenset[str]:
        """Who heads the unit, substantively or acting."""
        return frozenset(head for head in (self.head, self.acting) if head is not None)

    def on_hold(self, day: date) -> bool:
        """Whether a hold stops the unit's clock on this day."""
        if self.on_hold_from is None or self.on_hold_until is None:
            return False
        return self.on_hold_from <= day <= self.on_hold_until

    def met(self, stage: str, criterion: str, day: date) -> bool:
        """Whether an exit criterion is attested, or waived on this day."""
        key = (stage, criterion)
        return key in self.attested or self.waived.get(key, date.min) >= day


initial = UnitState()


def evolve(state: UnitState, happened: Happened) -> UnitState:
    """Return the state after one more fact about the unit."""
    match happened.event:
        case UnitRegistered(unit=code, name=name):
            return replace(state, code=code, name=name, stage_entered_on=happened.effective_from)
        case UnitHeadAssigned(head=head, acting=True):
            return replace(state, acting=head)
        case UnitHeadAssigned(head=head):
            return replace(state, head=head, acting=None)
        case UnitHeadVacated(head=head):
            return replace(
                state,
                head=None if state.head == head else state.head,
                acting=None if state.acting == head else state.acting,
            )
        case UnitPutOnHold(until=until):
            return replace(state, on_hold_from=happened.effective_from, on_hold_until=until)
        case UnitHoldLifted():
            return replace(state, on_hold_from=None, on_hold_until=None)
        case UnitRestarted():
            return _restarted(state, happened)
        case GateCriterionAttested() | GateWaived():
            return _with_gate(state, happened.event)
        case UnitStageEntered(to_stage=stage) | UnitStageReverted(to_stage=stage):
            return replace(
                state,
                stage=stage,
                stage_entered_on=happened.effective_from,
                last_stage_change=happened.event,
            )
        case _:
            return state


def _restarted(state: UnitState, happened: Happened) -> UnitState:
    # What was met under the old charter has to be shown again under the new one.
    return replace(
        state,
        stage="S1",
        stage_entered_on=happened.effective_from,
        last_stage_change=happened.event,
        attested=frozenset(key for key in state.attested if key[0] == "S0"),
        waived={key: until for key, until in state.waived.items() if key[0] == "S0"},
    )


def _with_gate(state: UnitState, event: GateCriterionAttested | GateWaived) -> UnitState:
    key = (event.stage, event.criterion)
    if isinstance(event, GateWaived):
        return replace(state, waived={**state.waived, key: event.until})
    if event.met:
        return replace(state, attested=state.attested | {key})
    return replace(state, attested=state.attested - {key})


def require_unit(world: World, code: str) -> UnitState:
    """Return a registered unit. Raises Rejected when there is none with this code."""
    state = world.get(UnitState, code)
    if not state.registered:
        raise Rejected("unknown_unit", f"there is no unit {code!r}; register it, or check the code")
    return state


def require_running(world: World, code: str, day: date) -> UnitState:
    """Return a registered unit that has not ended by a day. Raises Rejected."""
    state = require_unit(world, code)
    ending = world.get(DistrictState).endings.of(code)
    if ending is not None and ending.on <= day:
        raise Rejected(
            "unit_ended",
            f"unit {code} ended on {ending.on}, and nothing new is recorded of it; name its "
            f"successor: {', '.join(ending.successors)}",
        )
    return state


def concerned(world: World, units: Iterable[str]) -> tuple[str, ...]:
    """Return units as subjects, and the heirs of those that ended: what they left is theirs."""
    endings = world.get(DistrictState).endings
    codes = [code for unit in units for code in (unit, *endings.heirs_of(unit))]
    return tuple(ids.subject("unit", code) for code in dict.fromkeys(codes))


def needs(command: UnitCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = UnitState.stream(command.unit)
    match command:
        case RegisterUnit(parent=str() as parent):
            return (target, UnitState.stream(parent))
        case AssignUnitHead(head=head):
            return (target, ActorState.stream(head))
        case PutUnitOnHold(approver=approver):
            return (target, ActorState.stream(approver))
        case _:
            return (target,)


def decide(
    command: UnitCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about a unit. Raises Rejected."""
    stream = UnitState.stream(command.unit)
    if isinstance(command, RegisterUnit):
        _require_registrable(command, circumstances, world)
        return one(stream, fact(UnitRegistered, command), new=True)
    state = require_unit(world, command.unit)
    match command:
        case AssignUnitHead():
            require_running(world, command.unit, effective_on(circumstances))
            _require_headship_free(command, state, world)
            return one(stream, fact(UnitHeadAssigned, command))
        case VacateUnitHead():
            if command.head not in state.heads:
                raise Rejected(
                    "not_the_head",
                    f"{command.head!r} does not head {command.unit}; its heads are: "
                    f"{', '.join(sorted(state.heads)) or 'none'}",
                )
            return one(stream, fact(UnitHeadVacated, command))
        case PutUnitOnHold():
            require_running(world, command.unit, effective_on(circumstances))
            _require_holdable(command, circumstances, state, world)
            return one(stream, fact(UnitPutOnHold, command))
        case LiftUnitHold():
            if state.on_hold_until is None:
                raise Rejected(
                    "not_on_hold", f"unit {command.unit} is not on hold; nothing to lift"
                )
            return one(stream, fact(UnitHoldLifted, command))


def _require_registrable(command: RegisterUnit, circumstances: Circumstances, world: World) -> None:
    state = world.get(UnitState, command.unit)
    require_unused(state, f"the unit code {command.unit}")
    if command.catalogue_code is not None:
        try:
            shipped_units().unit(command.catalogue_code)
        except InvalidData as refusal:
            raise Rejected("unknown_catalogue_unit", f"catalogue_code: {refusal}") from None
    if command.parent is not None:
        if command.parent == command.unit:
            raise Rejected("own_parent", f"unit {command.unit} cannot be part of itself")
        require_running(world, command.parent, effective_on(circumstances))


def _require_headship_free(command: AssignUnitHead, state: UnitState, world: World) -> None:
    actor.require_active(world, command.head, "the head")
    if not command.acting and state.head is not None:
        raise Rejected(
            "head_overlaps",
            f"unit {command.unit} is headed by {state.head!r}; vacate that headship first, or "
            "assign an acting head",
        )


def _require_holdable(
    command: PutUnitOnHold, circumstances: Circumstances, state: UnitState, world: World
) -> None:
    begins = effective_on(circumstances)
    if command.until is None:
        raise Rejected(
            "hold_without_end", f"a hold of {command.unit} needs an end date: give `until`"
        )
    if command.until < begins:
        raise Rejected(
            "hold_ends_before_it_begins",
            f"the hold of {command.unit} would end on {command.until}, before {begins}",
        )
    if state.on_hold(begins):
        raise Rejected(
            "already_on_hold",
            f"unit {command.unit} is on hold until {state.on_hold_until}; lift that hold first",
        )
    actor.require_active(world, command.approver, "the approver")
