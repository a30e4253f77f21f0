"""Partnerships between directors and principals: formed, worked in, interrupted, ended.

A school and a principal may be in one partnership at a time. Both are looked up in one stream that
holds every formation and ending of the district, so that two formations at once cannot miss each
other; the sessions and interruptions, which are many, lie in a stream for each partnership.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from pydantic import Field

from domain import actor
from domain.actor import ActorState
from domain.deciding import effective_on, fact, one
from domain.errors import Rejected
from domain.facts.fields import Slug
from domain.facts.partnership import (
    PartnershipEnded,
    PartnershipFormed,
    PartnershipInterrupted,
    PartnershipSessionLogged,
)
from domain.message import Circumstances, Command, Decision, DomainEvent, Happened
from domain.occurrence import bracket_of
from domain.unit import UnitState, require_unit
from domain.world import State, World

REGISTER = "partnerships"
"""The stream of all formations and endings of a district."""


class FormPartnership(Command):
    """Say that a director and a principal begin to work together."""

    partnership: Slug = Field(description="New id of the partnership")
    director: Slug = Field(description="Actor id of the instructional leadership director")
    school: Slug = Field(description="Code of the school")
    principal: Slug = Field(description="Pseudonym of the principal, never a name, such as p-031")
    network: Slug = Field(description="Code of the network the school is in")


class LogPartnershipSession(Command):
    """Say that director and principal worked together; the day is the one it happened on."""

    partnership: Slug = Field(description="Id of the partnership")
    minutes: int = Field(ge=1, le=1440, description="How long, in minutes")
    place: Slug = Field(description="Where, such as classroom, school-office or online")
    moves: tuple[Slug, ...] = Field(
        default=(), description="Teaching moves the director used, such as modeling"
    )
    topic: Slug = Field(description="Code of the topic, such as cycle-of-inquiry")


class InterruptPartnership(Command):
    """Say that a central unit's business took time from a partnership."""

    partnership: Slug = Field(description="Id of the partnership")
    half_days_lost: int = Field(ge=1, description="Time lost, in half days")
    cause: Slug | None = Field(
        default=None, description="Code of the cause, such as payroll-error; required"
    )
    unit: Slug = Field(description="Code of the unit whose business it was")


class EndPartnership(Command):
    """Say that director and principal work together no more."""

    partnership: Slug = Field(description="Id of the partnership")
    cause: Slug = Field(description="Code of why, such as principal-left or network-redrawn")


PartnershipCommand = FormPartnership | LogPartnershipSession | InterruptPartnership | EndPartnership
COMMANDS: tuple[type[Command], ...] = (
    FormPartnership,
    LogPartnershipSession,
    InterruptPartnership,
    EndPartnership,
)


@dataclass(frozen=True, slots=True)
class Tie:
    """One partnership in the register, and the days from which it was formed and ended."""

    formed: PartnershipFormed
    formed_on: date
    ended_on: date | None = None

    def shares(self, other: PartnershipFormed | FormPartnership) -> str | None:
        """Return which of its two sides another partnership has too, the school first."""
        if self.formed.school == other.school:
            return "school"
        return "principal" if self.formed.principal == other.principal else None

    def subjects(self) -> tuple[str, ...]:
        """Return what later facts about the partnership concern too."""
        return self.formed.subjects()


@dataclass(frozen=True, slots=True)
class RegisterState(State):
    """All partnerships of the district by id, in the order they were formed."""

    category: ClassVar[str] = REGISTER

    ties: Mapping[str, Tie] = field(default_factory=dict)

    @classmethod
    def stream(cls, identifier: str) -> str:
        """Return the one register of the district, whatever the identifier."""
        return REGISTER


@dataclass(frozen=True, slots=True)
class PartnershipState(State):
    """What happened in one partnership: the first and the last day of it."""

    category: ClassVar[str] = "partnership"

    first_on: date | None = None
    last_on: date | None = None


initial_register = RegisterState()
initial = PartnershipState()


def evolve_register(state: RegisterState, happened: Happened) -> RegisterState:
    """Return the register after one more formation or ending."""
    match happened.event:
        case PartnershipFormed(partnership=name) as formed:
            tie = Tie(formed, happened.effective_from)
            return replace(state, ties={**state.ties, name: tie})
        case PartnershipEnded(partnership=name) if name in state.ties:
            tie = replace(state.ties[name], ended_on=happened.effective_from)
            return replace(state, ties={**state.ties, name: tie})
        case _:
            return state


def evolve(state: PartnershipState, happened: Happened) -> PartnershipState:
    """Return the state after one more session or interruption."""
    match happened.event:
        case PartnershipSessionLogged() | PartnershipInterrupted():
            day = happened.occurred_on
            return replace(
                state,
                first_on=min(day, state.first_on or day),
                last_on=max(day, state.last_on or day),
            )
        case _:
            return state


def needs(command: PartnershipCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    own = PartnershipState.stream(command.partnership)
    match command:
        case FormPartnership(director=director):
            return (REGISTER, own, ActorState.stream(director))
        case EndPartnership():
            return (REGISTER, own)
        case InterruptPartnership(unit=unit):
            return (own, REGISTER, UnitState.stream(unit))
        case LogPartnershipSession():
            return (own, REGISTER)


def decide(
    command: PartnershipCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about a partnership. Raises Rejected."""
    register = world.get(RegisterState)
    own = world.get(PartnershipState, command.partnership)
    if isinstance(command, FormPartnership):
        _require_formable(command, circumstances, world)
        new = not (register.facts or register.withdrawn)
        return one(REGISTER, fact(PartnershipFormed, command), new=new)
    tie = _require_formed(command.partnership, register)
    if isinstance(command, EndPartnership):
        _require_endable(command, circumstances, tie, own)
        return one(REGISTER, fact(PartnershipEnded, command), tie.subjects())
    _require_under_way(command.partnership, circumstances, tie)
    stream = PartnershipState.stream(command.partnership)
    new = not (own.facts or own.withdrawn)
    if isinstance(command, LogPartnershipSession):
        return one(stream, fact(PartnershipSessionLogged, command), tie.subjects(), new=new)
    _require_interruption(command, world)
    return one(stream, fact(PartnershipInterrupted, command), tie.subjects(), new=new)


def _require_formed(partnership: str, register: RegisterState) -> Tie:
    tie = register.ties.get(partnership)
    if tie is None:
        raise Rejected(
            "unknown_partnership",
            f"there is no partnership {partnership!r}; form it, or check the id",
        )
    return tie


def _require_formable(command: FormPartnership, circumstances: Circumstances, world: World) -> None:
    register, own = world.get(RegisterState), world.get(PartnershipState, command.partnership)
    begins = effective_on(circumstances)
    if isinstance(circumstances.corrected, PartnershipFormed):
        _require_kept(command, circumstances.corrected, ("partnership", "school", "principal"))
        if own.first_on is not None and own.first_on < begins:
            raise Rejected(
                "formed_after_first_session",
                f"partnership {command.partnership} was worked in on {own.first_on}, before "
                f"{begins}; give an earlier day",
            )
    elif command.partnership in register.ties or own.facts or own.withdrawn:
        raise Rejected(
            "id_already_used",
            f"partnership {command.partnership} exists already; choose another id",
        )
    actor.require_active(world, command.director, "the director")
    for name, tie in register.ties.items():
        shared = tie.shares(command)
        if shared is None or (tie.ended_on is not None and tie.ended_on <= begins):
            continue
        until = "is not ended" if tie.ended_on is None else f"ended only on {tie.ended_on}"
        raise Rejected(
            f"{shared}_already_partnered",
            f"the {shared} {getattr(command, shared)!r} is in partnership {name}, which {until}; "
            "end that one first, or form this one from a later day",
        )


def _require_kept(
    command: FormPartnership | EndPartnership,
    corrected: PartnershipFormed | PartnershipEnded,
    names: tuple[str, ...],
) -> None:
    # Facts recorded since were decided on who is partnered; a correction may not change that.
    for name in names:
        if getattr(command, name) != getattr(corrected, name):
            raise Rejected(
                "correction_of_another_partnership",
                f"a correction keeps the {name} {getattr(corrected, name)!r}; take the fact back "
                "and record the right one",
            )


def _require_endable(
    command: EndPartnership, circumstances: Circumstances, tie: Tie, own: PartnershipState
) -> None:
    name, day = f"partnership {command.partnership}", effective_on(circumstances)
    if isinstance(circumstances.corrected, PartnershipEnded):
        _require_kept(command, circumstances.corrected, ("partnership",))
    if tie.ended_on is not None:
        raise Rejected(
            "partnership_already_ended", f"{name} ended on {tie.ended_on}; nothing to do"
        )
    if day < tie.formed_on:
        raise Rejected(
            "ended_before_formed",
            f"{name} was formed on {tie.formed_on} and would end on {day}; give a later day",
        )
    if own.last_on is not None and day < own.last_on:
        raise Rejected(
            "ended_before_last_session",
            f"{name} was worked in on {own.last_on} and would end on {day}; give a later day",
        )


def _require_under_way(partnership: str, circumstances: Circumstances, tie: Tie) -> None:
    days = bracket_of(circumstances.occurred_on, circumstances.precision)
    if days.last < tie.formed_on:
        raise Rejected(
            "partnership_not_formed_yet",
            f"partnership {partnership} was formed on {tie.formed_on}, after {days.last}; check "
            "the day",
        )
    if tie.ended_on is not None and days.first > tie.ended_on:
        raise Rejected(
            "partnership_ended",
            f"partnership {partnership} ended on {tie.ended_on}; what happened by then is recorded "
            "with its own day, what came later belongs to another partnership",
        )


def _require_interruption(command: InterruptPartnership, world: World) -> None:
    if command.cause is None:
        raise Rejected(
            "interruption_without_cause",
            f"the interruption of partnership {command.partnership} names no cause; give its code",
        )
    require_unit(world, command.unit)


def resting_streams(target: DomainEvent | None) -> tuple[str, ...]:
    """Return the streams in which facts may lie that rest on a formation in the register."""
    if isinstance(target, PartnershipFormed):
        return (PartnershipState.stream(target.partnership),)
    return ()


def require_nothing_rests_on(target: DomainEvent, world: World) -> None:
    """Refuse to take a formation or an ending back while later facts depend on it."""
    if not isinstance(target, PartnershipFormed | PartnershipEnded):
        return
    ties = world.get(RegisterState).ties
    tie = ties[target.partnership]
    if isinstance(target, PartnershipFormed):
        worked_in = world.get(PartnershipState, target.partnership).facts
        if worked_in or tie.ended_on is not None:
            raise Rejected(
                "others_follow",
                f"partnership {target.partnership} was worked in or ended since; take those facts "
                "back first, or correct the formation instead",
            )
    elif any(_follows(other, tie) for name, other in ties.items() if name != target.partnership):
        raise Rejected(
            "others_follow",
            f"the school or the principal of partnership {target.partnership} was partnered again "
            "since; take that back first",
        )


def _follows(other: Tie, ended: Tie) -> bool:
    if ended.ended_on is None or other.shares(ended.formed) is None:
        return False
    return other.formed_on >= ended.ended_on
