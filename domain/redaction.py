"""Redactions: personal values withdrawn from the record, never by one person alone.

One asks and cites the law, two others agree, then the values are withdrawn. A legal hold over one
of the events stops all three steps.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain import actor
from domain.actor import REDACTING_ROLES
from domain.deciding import behind, doers, fact, listed, one, require_reason, require_unused
from domain.errors import Rejected
from domain.facts.fields import Slug, Title
from domain.facts.redaction import (
    RedactionApproved,
    RedactionDeclined,
    RedactionRequested,
    ValuesWithdrawn,
)
from domain.hold import HoldState, require_not_held
from domain.message import (
    Circumstances,
    Command,
    Decision,
    Happened,
    Named,
    PersonalField,
    WithdrawnValues,
    merged_subjects,
)
from domain.world import State, World

APPROVALS = 2
"""How many people besides those who ask must agree."""


class RequestRedaction(Command):
    """Ask that personal values of recorded events be withdrawn; needs a reason and a citation."""

    redaction: Slug = Field(description="New id of the redaction, such as RD-2026-05")
    basis: Title = Field(description="Law or rule that demands it, such as 34 CFR 99.30")
    events: tuple[UUID, ...] = Field(
        min_length=1, max_length=50, description="Ids of the events whose values are to go"
    )
    fields: tuple[PersonalField, ...] = Field(
        default=(),
        description="Fields to withdraw: reason, or data.NAME; all on record if left out",
    )


class _OfRedaction(Command):
    """What is said of every later step."""

    redaction: Slug = Field(description="Id of the redaction")


class ApproveRedaction(_OfRedaction):
    """Agree to a redaction that another person asked for; two different people must."""


class DeclineRedaction(_OfRedaction):
    """End a redaction without withdrawing anything; needs a reason."""


class WithdrawValues(_OfRedaction):
    """Withdraw the values of a redaction to which two have agreed. It cannot be undone.

    Like approving, it takes a person with one of the roles that answer for the record.
    """


RedactionCommand = RequestRedaction | ApproveRedaction | DeclineRedaction | WithdrawValues
COMMANDS: tuple[type[Command], ...] = (
    RequestRedaction,
    ApproveRedaction,
    DeclineRedaction,
    WithdrawValues,
)


@dataclass(frozen=True, slots=True)
class RedactionState(State):
    """One redaction: what it is about, who asked, who agreed, and how it ended.

    `asking` and `agreeing` hold the actors and those they acted for: no one may be in both, nor
    come twice among those who agree.
    """

    category: ClassVar[str] = "redaction"

    basis: str = ""
    targets: tuple[WithdrawnValues, ...] = ()
    asked_by: str | None = None
    approved_by: tuple[str, ...] = ()
    asking: frozenset[str] = frozenset()
    agreeing: frozenset[str] = frozenset()
    ended_as: str | None = None


initial = RedactionState()


def evolve(state: RedactionState, happened: Happened) -> RedactionState:
    """Return the state after one more fact about the redaction."""
    match happened.event:
        case RedactionRequested(basis=basis, targets=targets, on_behalf_of=behalf):
            asking = behind(happened.actor, behalf)
            return replace(
                state, basis=basis, targets=targets, asked_by=happened.actor, asking=asking
            )
        case RedactionApproved(on_behalf_of=behalf):
            agreeing = state.agreeing | behind(happened.actor, behalf)
            approved_by = (*state.approved_by, happened.actor)
            return replace(state, approved_by=approved_by, agreeing=agreeing)
        case RedactionDeclined():
            return replace(state, ended_as="declined")
        case ValuesWithdrawn():
            return replace(state, ended_as="withdrawn")
        case _:
            return state


def needs(command: RedactionCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    return (RedactionState.stream(command.redaction), HoldState.stream(""))


def decide(
    command: RedactionCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a step of a redaction; `circumstances.named` are its events. Raises Rejected."""
    state = world.get(RedactionState, command.redaction)
    stream = RedactionState.stream(command.redaction)
    behalf = circumstances.on_behalf_of
    match command:
        case RequestRedaction():
            require_unused(state, f"the redaction {command.redaction}")
            require_reason(circumstances, "redaction_without_reason", "a redaction")
            targets = _targets(command, circumstances.named)
            require_not_held(circumstances.named)
            return one(
                stream,
                fact(RedactionRequested, command, targets=targets, on_behalf_of=behalf),
                _concerned(circumstances),
            )
        case ApproveRedaction():
            _require_going(command, state)
            _require_approver(command, circumstances, state, world)
            require_not_held(circumstances.named)
            approved = fact(RedactionApproved, command, on_behalf_of=behalf)
            return one(stream, approved, _concerned(circumstances))
        case DeclineRedaction():
            _require_going(command, state)
            require_reason(circumstances, "declined_without_reason", "declining a redaction")
            return one(stream, fact(RedactionDeclined, command), _concerned(circumstances))
        case WithdrawValues():
            _require_going(command, state)
            actor.require_role(world, circumstances.actor, REDACTING_ROLES, "values are withdrawn")
            _require_agreed(command, state)
            require_not_held(circumstances.named)
            _require_on_record(state.targets, circumstances.named)
            withdrawn = fact(
                ValuesWithdrawn,
                command,
                basis=state.basis,
                approved_by=state.approved_by[:APPROVALS],
                withdrawn=state.targets,
            )
            return one(stream, withdrawn, _concerned(circumstances))


def _concerned(circumstances: Circumstances) -> tuple[str, ...]:
    """Return what the events are about: a unit's history shows what was withdrawn from it."""
    events = (f"event:{each.event_id}" for each in circumstances.named)
    about = (subject for each in circumstances.named for subject in each.subjects if subject != "*")
    return merged_subjects(events, about)


def _targets(command: RequestRedaction, named: Iterable[Named]) -> tuple[WithdrawnValues, ...]:
    targets: list[WithdrawnValues] = []
    for each in named:
        fields = sorted(set(command.fields or each.on_record))
        absent = [name for name in fields if name not in each.on_record]
        if absent or not fields:
            raise Rejected(
                "nothing_to_redact",
                f"the {each.type} at position {each.position} has no value on record for "
                f"{listed(absent or command.fields or ('any personal field',))}; its personal "
                f"values on record: {listed(each.on_record)}",
            )
        targets.append(
            WithdrawnValues(
                event_id=each.event_id,
                position=each.position,
                type=each.type,
                fields=tuple(fields),
            )
        )
    return tuple(targets)


def _require_going(command: RedactionCommand, state: RedactionState) -> None:
    if state.asked_by is None:
        raise Rejected(
            "unknown_redaction",
            f"there is no redaction {command.redaction!r}; see `cot redact list` for the ids",
        )
    if state.ended_as is not None:
        raise Rejected(
            "redaction_ended",
            f"redaction {command.redaction} was {state.ended_as} already; nothing to do",
        )


def _require_approver(
    command: ApproveRedaction, circumstances: Circumstances, state: RedactionState, world: World
) -> None:
    me = doers(circumstances)
    if me & state.asking:
        raise Rejected(
            "self_approval",
            f"{listed(sorted(me & state.asking))} asked for redaction {command.redaction}, or had "
            "it asked for, and may not approve it; two others must",
        )
    if me & state.agreeing:
        raise Rejected(
            "approved_twice",
            f"{listed(sorted(me & state.agreeing))} approved redaction {command.redaction} "
            "already, or had it approved; the second approval must come from another person",
        )
    approver = actor.require_active(world, circumstances.actor, "the approver")
    if approver.role not in REDACTING_ROLES or approver.kind != "person":
        raise Rejected(
            "approver_without_role",
            f"the approver {circumstances.actor!r} is a {approver.kind} with the role "
            f"{approver.role}; a redaction is approved by people with one of: "
            f"{listed(sorted(REDACTING_ROLES))}",
        )


def _require_agreed(command: WithdrawValues, state: RedactionState) -> None:
    if len(state.approved_by) < APPROVALS:
        raise Rejected(
            "not_approved",
            f"redaction {command.redaction} has {len(state.approved_by)} of {APPROVALS} approvals "
            f"(by: {listed(state.approved_by)}); let another person approve it first",
        )


def _require_on_record(targets: Iterable[WithdrawnValues], named: Iterable[Named]) -> None:
    on_record = {each.event_id: each.on_record for each in named}
    for target in targets:
        gone = [name for name in target.fields if name not in on_record.get(target.event_id, ())]
        if gone:
            raise Rejected(
                "already_withdrawn",
                f"{listed(gone)} of position {target.position} was withdrawn meanwhile; decline "
                "this redaction, and ask anew for what is left",
            )
