"""A notice: one person, one day, one channel; sent at most once, tried at most twice."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from pydantic import Field

from domain import actor
from domain.actor import ActorState
from domain.deciding import fact, one
from domain.errors import Rejected
from domain.facts.fields import DigestText, Slug
from domain.facts.notice import Channel, FailureKind, ItemRef, NoticeFailed, NoticeSent
from domain.message import Circumstances, Command, Decision, Happened
from domain.world import State, World

MOST_ATTEMPTS = 2
"""How often a day's notice is tried: a server that is down all day would fill the log otherwise."""


class _OfNotice(Command):
    """What is said of every attempt."""

    notice: Slug = Field(description="Id of the notice, derived from recipient, day and channel")
    recipient: Slug = Field(description="Actor id of the one who is told")
    channel: Channel = Field(description="By mail or by chat")
    day: date = Field(description="Day in the district whose notice it is")
    digest: DigestText = Field(description="Digest of the text")
    items: tuple[ItemRef, ...] = Field(description="What it tells, as review:ID#step")


class RecordNoticeSent(_OfNotice):
    """Record that a notice was handed over to its channel."""


class RecordNoticeFailed(_OfNotice):
    """Record that a notice could not be handed over, and of what kind the failure was."""

    attempt: int = Field(ge=1, description="Which attempt it was, counted from 1")
    failure: FailureKind = Field(description="Kind of the failure; no words of a server")


NoticeCommand = RecordNoticeSent | RecordNoticeFailed
COMMANDS: tuple[type[Command], ...] = (RecordNoticeSent, RecordNoticeFailed)


@dataclass(frozen=True, slots=True)
class NoticeState(State):
    """One notice: whether it was handed over, and how often that failed."""

    category: ClassVar[str] = "notice"

    sent: bool = False
    failures: int = 0


initial = NoticeState()


def evolve(state: NoticeState, happened: Happened) -> NoticeState:
    """Return the state after one more fact about the notice."""
    match happened.event:
        case NoticeSent():
            return replace(state, sent=True)
        case NoticeFailed():
            return replace(state, failures=state.failures + 1)
        case _:
            return state


def needs(command: NoticeCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    return (NoticeState.stream(command.notice), ActorState.stream(command.recipient))


def decide(
    command: NoticeCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide what became of a notice. Raises Rejected."""
    state = world.get(NoticeState, command.notice)
    stream = NoticeState.stream(command.notice)
    actor.require_registered(world, command.recipient, "the recipient")
    if state.sent:
        raise Rejected(
            "notice_already_sent",
            f"notice {command.notice} of {command.day} was sent already; nothing to do",
        )
    if not command.items:
        raise Rejected(
            "notice_without_items", f"notice {command.notice} tells nothing; name what it tells"
        )
    match command:
        case RecordNoticeSent():
            return one(stream, fact(NoticeSent, command), new=state == initial)
        case RecordNoticeFailed():
            _require_next_attempt(command, state)
            return one(stream, fact(NoticeFailed, command), new=state == initial)


def _require_next_attempt(command: RecordNoticeFailed, state: NoticeState) -> None:
    if state.failures >= MOST_ATTEMPTS:
        raise Rejected(
            "notice_given_up",
            f"notice {command.notice} failed {state.failures} times; the next day has its own",
        )
    if command.attempt != state.failures + 1:
        raise Rejected(
            "attempt_out_of_order",
            f"attempt {state.failures + 1} of notice {command.notice} comes next, not "
            f"{command.attempt}",
        )
