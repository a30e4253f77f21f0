"""Who may read what, that reading is itself on record, and that refused attempts are too.

Classes are rights, not grades: who may read personnel matters may not therefore read what counsel
wrote. An event has the class its recorder gave it, that of its type, and those it was raised to;
its reader needs a right to each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain import actor
from domain.deciding import fact, listed, one, require_reason, require_unused
from domain.errors import Rejected
from domain.facts.access import (
    AccessedItem,
    AttemptRefused,
    RecordClassified,
    RecordsAccessed,
    RestrictedClass,
)
from domain.facts.fields import Slug
from domain.message import Circumstances, Classification, Command, Decision, Happened, Named
from domain.world import State, World

OPEN: frozenset[Classification] = frozenset({"public", "internal"})
"""The classes for which no right is needed inside the district."""

DEFAULTS: Mapping[str, Classification] = MappingProxyType(
    {
        "PartnershipFormed": "personnel",
        "PartnershipSessionLogged": "personnel",
        "PartnershipEnded": "personnel",
    }
)
"""Classes that a type has whatever its recorder says: who works with which principal, and how."""

RIGHTS: Mapping[str, frozenset[Classification]] = MappingProxyType(
    {
        "superintendent": frozenset({"personnel", "student-derived", "privileged"}),
        "chair": frozenset({"personnel", "student-derived", "privileged"}),
        "steward": frozenset({"personnel", "student-derived"}),
        "counsel": frozenset({"personnel", "student-derived", "privileged"}),
        "records_officer": frozenset({"personnel", "student-derived"}),
        "auditor": frozenset({"personnel", "student-derived"}),
        "internal_audit": frozenset({"personnel", "student-derived"}),
    }
)
"""The restricted classes that each role may read, on a stated purpose; other roles none."""

RECORDED_RULES = frozenset(
    {
        "approved_twice",
        "approver_is_actor",
        "approver_is_doer",
        "class_not_readable",
        "disputer_is_submitter",
        "self_approval",
        "self_rating",
        "settler_is_party",
        "under_legal_hold",
        "verifier_is_doer",
        "verifier_is_submitter",
    }
)
"""Rules whose breach is recorded as an attempt: nobody approves, verifies or rates alone what is
their own, nobody touches what is held, nobody reads what is not theirs to read."""


class RaiseClassification(Command):
    """Let only those read a recorded event who may read a restricted class; needs a reason."""

    event: UUID = Field(description="Id of the event")
    classification: RestrictedClass = Field(description="Class it is raised to; never lowered")


class RecordAccess(Command):
    """Record that restricted events are being read; the reason is the purpose."""

    access: Slug = Field(description="New id of the access")
    events: tuple[UUID, ...] = Field(
        min_length=1, max_length=200, description="Ids of the restricted events that are read"
    )


class RecordRefusedAttempt(Command):
    """Record that an attempt was refused; written by the program itself."""

    refusal: Slug = Field(description="Id, derived from the attempt's")
    attempt: Slug = Field(description="Command that was refused")
    rule: Slug = Field(description="Rule that refused it")
    target: str = Field(min_length=1, max_length=200, description="Stream it was about")
    explanation: str = Field(min_length=1, max_length=600, description="What was told")


AccessCommand = RaiseClassification | RecordAccess | RecordRefusedAttempt
COMMANDS: tuple[type[Command], ...] = (RaiseClassification, RecordAccess, RecordRefusedAttempt)


@dataclass(frozen=True, slots=True)
class AccessState(State):
    """One access to restricted records: whether it is on record."""

    category: ClassVar[str] = "access"


@dataclass(frozen=True, slots=True)
class RefusalState(State):
    """One refused attempt: whether it is on record."""

    category: ClassVar[str] = "refusal"


@dataclass(frozen=True, slots=True)
class ClassificationState(State):
    """The further classes of one event."""

    category: ClassVar[str] = "classification"


def evolve_access(state: AccessState, happened: Happened) -> AccessState:
    """Return the state after one more fact about an access."""
    return state


def evolve_refusal(state: RefusalState, happened: Happened) -> RefusalState:
    """Return the state after one more fact about a refusal."""
    return state


def evolve_classification(state: ClassificationState, happened: Happened) -> ClassificationState:
    """Return the state after one more fact about an event's classes."""
    return state


def classes_of(
    event_type: str, given: Classification, raised: Iterable[Classification] = ()
) -> tuple[Classification, ...]:
    """Return the classes of an event, sorted: of its type, as recorded, as raised since."""
    found = {given, *raised}
    if event_type in DEFAULTS:
        found.add(DEFAULTS[event_type])
    return tuple(sorted(found))


def unreadable(role: str | None, classes: Iterable[Classification]) -> tuple[Classification, ...]:
    """Return those of the classes that a role has no right to; no role: that of a stranger."""
    rights = OPEN | (RIGHTS.get(role, frozenset()) if role is not None else frozenset())
    return tuple(sorted(set(classes) - rights))


def restricted(classes: Iterable[Classification]) -> tuple[Classification, ...]:
    """Return those of the classes for which a right is needed, sorted."""
    return tuple(sorted(set(classes) - OPEN))


def needs(command: AccessCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    match command:
        case RaiseClassification(event=event):
            return (ClassificationState.stream(str(event)),)
        case RecordAccess(access=access):
            return (AccessState.stream(access),)
        case RecordRefusedAttempt(refusal=refusal):
            return (RefusalState.stream(refusal),)


def decide(
    command: AccessCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide on a class, an access or a refusal; `circumstances.named` are its events."""
    match command:
        case RaiseClassification():
            return _raised(command, circumstances, world)
        case RecordAccess():
            state = world.get(AccessState, command.access)
            require_unused(state, f"the access {command.access}")
            require_reason(circumstances, "access_without_purpose", "reading restricted records")
            role = actor.require_active(world, circumstances.actor, "the reader").role or ""
            items = tuple(_item(each, circumstances.actor, role) for each in circumstances.named)
            accessed = fact(RecordsAccessed, command, role=role, items=items)
            return one(AccessState.stream(command.access), accessed, new=True)
        case RecordRefusedAttempt():
            refusal = world.get(RefusalState, command.refusal)
            require_unused(refusal, f"the refusal {command.refusal}")
            stream = RefusalState.stream(command.refusal)
            return one(stream, fact(AttemptRefused, command), new=True)


def _item(named: Named, reader: str, role: str) -> AccessedItem:
    missing = unreadable(role, named.classes)
    if missing:
        raise Rejected(
            "class_not_readable",
            f"{reader!r} has the role {role}, which may not read the class {listed(missing)} of "
            f"position {named.position}; ask somebody who may",
        )
    needed = restricted(named.classes)
    if not needed:
        raise Rejected(
            "not_restricted", f"position {named.position} is open to all; no access is recorded"
        )
    return AccessedItem(
        event_id=named.event_id, position=named.position, type=named.type, classes=needed
    )


def _raised(
    command: RaiseClassification, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    require_reason(circumstances, "raised_without_reason", "raising a classification")
    role = actor.require_active(world, circumstances.actor, "the actor").role
    if unreadable(role, (command.classification,)):
        raise Rejected(
            "class_not_readable",
            f"{circumstances.actor!r} has the role {role}, which may not read the class "
            f"{command.classification} and so may not give it; ask somebody who may",
        )
    state = world.get(ClassificationState, str(command.event))
    named = circumstances.named[0]
    if command.classification in named.classes:
        raise Rejected(
            "class_unchanged",
            f"position {named.position} has the class {command.classification} already",
        )
    raised = fact(RecordClassified, command, event_id=named.event_id, position=named.position)
    stream = ClassificationState.stream(str(command.event))
    about = tuple(subject for subject in named.subjects if subject != "*")
    return one(stream, raised, about, new=not (state.facts or state.withdrawn))
