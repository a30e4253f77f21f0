"""Who may act: people and services, known by a pseudonymous id."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pydantic import Field

from domain.deciding import fact, one, require_unused
from domain.errors import Rejected
from domain.facts.district import ActorRegistered, ActorRetired
from domain.facts.fields import Slug
from domain.message import Circumstances, Command, Decision, Happened
from domain.world import State, World

SETUP = "setup"
"""Who establishes a district and registers actors before there is anyone to do so."""

APPROVING_ROLES = frozenset({"steward", "chair"})
"""The roles that may approve what goes beyond a limit."""


class RegisterActor(Command):
    """Let a person or a service act, under a pseudonymous id."""

    actor: Slug = Field(description="New id, a pseudonym and not a name, such as a-017")
    role: Slug = Field(description="Role in the district, such as steward, chair, head or analyst")
    kind: Literal["person", "service"] = Field(
        default="person", description="Whether a person or a program acts under this id"
    )
    name: str | None = Field(
        default=None, description="The person's name; stored so that it can be withdrawn"
    )


class RetireActor(Command):
    """Let an actor act no more; what was recorded stays readable."""

    actor: Slug = Field(description="Id of the actor who leaves")


ActorCommand = RegisterActor | RetireActor
COMMANDS: tuple[type[Command], ...] = (RegisterActor, RetireActor)


@dataclass(frozen=True, slots=True)
class ActorState(State):
    """One actor: the role if registered, and whether retired."""

    category: ClassVar[str] = "actor"

    role: str | None = None
    kind: str = "person"
    retired: bool = False


initial = ActorState()


def evolve(state: ActorState, happened: Happened) -> ActorState:
    """Return the state after one more fact about the actor."""
    match happened.event:
        case ActorRegistered(role=role, kind=kind):
            return replace(state, role=role, kind=kind)
        case ActorRetired():
            return replace(state, retired=True)
        case _:
            return state


def require_registered(world: World, actor: str, what: str) -> ActorState:
    """Return a registered actor, retired or not. `what` says in which part, such as `the owner`."""
    state = world.get(ActorState, actor)
    if state.role is None:
        raise Rejected("unknown_actor", f"{what} {actor!r} is not registered; register it first")
    return state


def require_active(world: World, actor: str, what: str) -> ActorState:
    """Return an actor that is registered and not retired."""
    state = require_registered(world, actor, what)
    if state.retired:
        raise Rejected("retired_actor", f"{what} {actor!r} is retired; name someone who still acts")
    return state


def needs(command: ActorCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    return (ActorState.stream(command.actor),)


def decide(
    command: ActorCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about an actor. Raises Rejected."""
    state = world.get(ActorState, command.actor)
    stream = ActorState.stream(command.actor)
    match command:
        case RegisterActor():
            if command.actor == SETUP:
                raise Rejected(
                    "reserved_actor", f"the id {SETUP!r} is reserved; choose another for the actor"
                )
            require_unused(state, f"the actor {command.actor}")
            return one(stream, fact(ActorRegistered, command), new=True)
        case RetireActor():
            require_active(world, command.actor, "the actor")
            return one(stream, fact(ActorRetired, command))
