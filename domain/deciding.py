"""What all deciders share: turning a command into its event, and checks on the circumstances."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from domain.errors import Rejected
from domain.message import Circumstances, Command, Decision, DomainEvent, Proposed
from domain.world import State

EventT = TypeVar("EventT", bound=DomainEvent)


def fact(kind: type[EventT], command: Command, **more: object) -> EventT:
    """Return the event whose fields are the command's fields of the same name, and `more`."""
    asked = {name: getattr(command, name) for name in kind.model_fields if name not in more}
    return kind.model_validate({**asked, **more})


def one(
    stream: str, event: DomainEvent, extra: Iterable[str] = (), *, new: bool = False
) -> tuple[Decision, ...]:
    """Return the decision to record one event in one stream; `new` if the event opens it."""
    return (Decision(stream, (Proposed(event, tuple(extra)),), stream_is_new=new),)


def effective_on(circumstances: Circumstances) -> date:
    """Return the day from which the fact counts."""
    return circumstances.effective_from or circumstances.occurred_on


def begun_on(circumstances: Circumstances) -> date:
    """Return the day on which something must be possible that goes on from today.

    For a correction it is the day from which the corrected fact counts.
    """
    effective = effective_on(circumstances)
    return effective if circumstances.corrects else max(effective, circumstances.today)


def doers(circumstances: Circumstances) -> frozenset[str]:
    """Return who stands behind the command: its actor, and the one it is issued for."""
    return behind(circumstances.actor, circumstances.on_behalf_of)


def behind(who: str, on_behalf_of: str | None) -> frozenset[str]:
    """Return who stands behind what an actor does, or did, for somebody or for nobody else."""
    return frozenset({who} if on_behalf_of is None else {who, on_behalf_of})


def require_unused(state: State, what: str) -> None:
    """Refuse to open a stream twice. `what` names it for people, such as `activity A-7`."""
    if state.facts:
        raise Rejected("id_already_used", f"{what} exists already; choose another id")
    if state.withdrawn:
        raise Rejected(
            "id_already_used",
            f"{what} was recorded once and taken back; an id is never used again, choose another",
        )


def require_reason(circumstances: Circumstances, rule: str, what: str) -> None:
    """Refuse what may not be recorded without saying why. `what` names it for people."""
    if circumstances.reason is None or not circumstances.reason.strip():
        raise Rejected(rule, f"{what} needs a reason; say why it is recorded")


def listed(names: Iterable[str]) -> str:
    """Return names as a readable list, or `none`."""
    return ", ".join(names) or "none"
