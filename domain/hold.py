"""Legal holds: as long as one covers an event, nothing of it is redacted or disposed of.

All holds of a district are in one stream: whoever decides on a withdrawal rests on all of them,
and a hold that is placed in between makes that decision be made again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

from pydantic import Field

from domain.actor import REDACTING_ROLES, RELEASING_ROLES, require_role
from domain.deciding import effective_on, fact, listed, one
from domain.errors import Rejected
from domain.facts.fields import Slug, Title
from domain.facts.hold import LegalHoldPlaced, LegalHoldReleased
from domain.message import Circumstances, Command, Decision, Happened, Named
from domain.unit import UnitState, require_unit
from domain.world import State, World

HOLDS = "holds"
"""The stream of all legal holds of a district."""

MOST_SHOWN = 5


class PlaceLegalHold(Command):
    """Keep records as they are: no redaction, no disposition, until counsel releases them."""

    hold: Slug = Field(description="New id of the hold, such as LH-2026-04")
    matter: Title = Field(description="Case or request it is about")
    authority: Title = Field(description="Who ordered it, such as counsel's notice of 2026-04-06")
    units: tuple[Slug, ...] = Field(
        default=(), max_length=100, description="Codes of units whose records are held"
    )
    streams: tuple[str, ...] = Field(
        default=(),
        max_length=100,
        description="Streams whose records are held; neither units nor streams: everything",
    )
    happened_from: date | None = Field(
        default=None, description="Only what happened on or after this day"
    )
    happened_to: date | None = Field(
        default=None, description="Only what happened on or before this day"
    )


class ReleaseLegalHold(Command):
    """Release a hold, or units and streams of it, on counsel's written word."""

    hold: Slug = Field(description="Id of the hold")
    directive: Title = Field(description="Counsel's letter, such as letter of 2026-11-09")
    units: tuple[Slug, ...] = Field(
        default=(), max_length=100, description="Codes of the units released; the others stay held"
    )
    streams: tuple[str, ...] = Field(
        default=(), max_length=100, description="Streams released; the others stay held"
    )


HoldCommand = PlaceLegalHold | ReleaseLegalHold
COMMANDS: tuple[type[Command], ...] = (PlaceLegalHold, ReleaseLegalHold)


@dataclass(frozen=True, slots=True)
class Held:
    """One legal hold: what it names, what of that was released, and whether all of it was."""

    placed: LegalHoldPlaced
    units: tuple[str, ...]
    streams: tuple[str, ...]
    ended: bool = False


@dataclass(frozen=True, slots=True)
class HoldState(State):
    """All legal holds of the district by id; `units` and `streams` of each are those still held."""

    category: ClassVar[str] = HOLDS

    holds: Mapping[str, Held] = field(default_factory=dict)

    @classmethod
    def stream(cls, identifier: str) -> str:
        """Return the one stream of all holds, whatever the identifier."""
        return HOLDS


initial = HoldState()


def evolve(state: HoldState, happened: Happened) -> HoldState:
    """Return the state after one more fact about legal holds."""
    match happened.event:
        case LegalHoldPlaced() as placed:
            held = Held(placed, placed.units, placed.streams)
            return replace(state, holds={**state.holds, placed.hold: held})
        case LegalHoldReleased() as released:
            before = state.holds.get(released.hold)
            if before is None:
                return state
            units = tuple(each for each in before.units if each not in released.units)
            streams = tuple(each for each in before.streams if each not in released.streams)
            held = Held(before.placed, units, streams, ended=released.whole)
            return replace(state, holds={**state.holds, released.hold: held})
        case _:
            return state


def require_not_held(named: Iterable[Named]) -> None:
    """Refuse to touch events that a legal hold covers. Raises Rejected."""
    held = [each for each in named if each.held_by]
    if not held:
        return
    holds = sorted({hold for each in held for hold in each.held_by})
    places = [str(each.position) for each in held[:MOST_SHOWN]]
    more = f" and {len(held) - MOST_SHOWN} more" if len(held) > MOST_SHOWN else ""
    raise Rejected(
        "under_legal_hold",
        f"legal hold {listed(holds)} covers what was recorded at position {listed(places)}{more}; "
        "it is kept as it is until counsel releases it in writing (`cot hold release`)",
    )


def needs(command: HoldCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    units = command.units if isinstance(command, PlaceLegalHold) else ()
    return (HOLDS, *(UnitState.stream(unit) for unit in units))


def decide(
    command: HoldCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about a legal hold. Raises Rejected."""
    state = world.get(HoldState)
    _require_now(command, circumstances)
    match command:
        case PlaceLegalHold():
            require_role(world, circumstances.actor, REDACTING_ROLES, "a legal hold is placed")
            _require_placeable(command, state, world)
            return one(HOLDS, fact(LegalHoldPlaced, command), new=state == initial)
        case ReleaseLegalHold():
            require_role(world, circumstances.actor, RELEASING_ROLES, "a legal hold is released")
            held = _require_held(command, state)
            named = bool(command.units or command.streams)
            left = (set(held.units) - set(command.units)) | (
                set(held.streams) - set(command.streams)
            )
            whole = not named or not left
            return one(HOLDS, fact(LegalHoldReleased, command, whole=whole))


def _require_now(command: HoldCommand, circumstances: Circumstances) -> None:
    if effective_on(circumstances) > circumstances.today:
        raise Rejected(
            "hold_of_another_day",
            f"hold {command.hold} would change on {effective_on(circumstances)}; holds and their "
            "releases count from their recording on: record it on that day",
        )


def _require_placeable(command: PlaceLegalHold, state: HoldState, world: World) -> None:
    if command.hold in state.holds:
        raise Rejected(
            "id_already_used", f"hold {command.hold} was placed already; choose another id"
        )
    for unit in command.units:
        require_unit(world, unit)
    begins, ends = command.happened_from, command.happened_to
    if begins is not None and ends is not None and ends < begins:
        raise Rejected(
            "period_backwards",
            f"the held period would end on {ends}, before it begins on {begins}; exchange them",
        )


def _require_held(command: ReleaseLegalHold, state: HoldState) -> Held:
    held = state.holds.get(command.hold)
    if held is None:
        raise Rejected(
            "unknown_hold", f"there is no hold {command.hold!r}; see `cot hold list` for the ids"
        )
    if held.ended:
        raise Rejected(
            "hold_ended", f"hold {command.hold} was released as a whole already; nothing to do"
        )
    foreign = [each for each in command.units if each not in held.units]
    foreign += [each for each in command.streams if each not in held.streams]
    if foreign:
        raise Rejected(
            "not_held",
            f"{listed(foreign)} is not held by {command.hold}; it still holds "
            f"{listed((*held.units, *held.streams))}",
        )
    return held
