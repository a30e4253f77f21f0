"""Who may act: people and services, known by a pseudonymous id."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from pydantic import Field

from domain.deciding import fact, listed, one, require_unused
from domain.errors import Rejected
from domain.facts.district import ActorRegistered, ActorRetired
from domain.facts.fields import Slug
from domain.message import Circumstances, Command, Decision, Happened
from domain.world import State, World

SETUP = "setup"
"""Who establishes a district and registers actors before there is anyone to do so."""

APPROVING_ROLES = frozenset({"steward", "chair"})
"""The roles that may approve what goes beyond a limit."""

REDACTING_ROLES = frozenset({"steward", "chair", "superintendent", "counsel", "records_officer"})
"""The roles that answer for the record: they agree to redactions and dispositions, withdraw
values, place legal holds, and adopt the rules of retention."""

RELEASING_ROLES = frozenset({"chair", "superintendent", "counsel"})
"""The roles that may release a legal hold."""

ROLES_WITH_RIGHTS = REDACTING_ROLES | {"auditor", "internal_audit"}
"""Every role that some rule knows by name. A district may have others; they have no such right."""


class RegisterActor(Command):
    """Let a person or a service act, under a pseudonymous id."""

    actor: Slug = Field(description="New id, a pseudonym and not a name, such as a-017")
    role: Slug = Field(
        description="Role in the district, such as steward, chair or records_officer"
    )
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


def require_role(world: World, actor: str, roles: frozenset[str], what: str) -> None:
    """Refuse an actor who is not a person with one of the roles.

    `what` says what is done, such as `a legal hold is placed`. Raises Rejected.
    """
    state = require_active(world, actor, "the actor")
    if state.role not in roles or state.kind != "person":
        raise Rejected(
            "actor_without_role",
            f"{actor!r} is a {state.kind} with the role {state.role}; {what} by people with one "
            f"of: {listed(sorted(roles))}",
        )


def _require_spelled(role: str) -> None:
    """Refuse a role that is meant as one with rights, but would have none as it is written."""
    meant = role.lower().replace("-", "_").replace(".", "_")
    if meant in ROLES_WITH_RIGHTS and role != meant:
        raise Rejected(
            "role_misspelled",
            f"the role {role!r} would have none of the rights of {meant!r}; write {meant!r}",
        )


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
            _require_spelled(command.role)
            require_unused(state, f"the actor {command.actor}")
            return one(stream, fact(ActorRegistered, command), new=True)
        case RetireActor():
            require_active(world, command.actor, "the actor")
            return one(stream, fact(ActorRetired, command))
