"""Which key signs: the first, the next that the one before vouches for, and what if one is lost.

The private side is written down before the public side is recorded: a crash in between leaves a
file that nobody uses, never a key in force that nobody has.
"""

from collections.abc import Callable
from uuid import uuid4

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.errors import NoSealingKey
from cot_flows.handling import Handling, Request
from cot_flows.sealing.keys import Keys
from cot_flows.sealing.standing import standing
from domain.message import Command
from domain.sealing import PublishSealingKey, ReportSealingKeyLost, RotateSealingKey
from events.envelope import Head
from events.sealing.checkpoint import SIMULATED
from events.sealing.note import VerifierKey, read_vkey, sign

STATEMENT = "cot-flows/next-sealing-key/v1"
"""The first line of the note in which a key vouches for the next."""


def usual_origin(head: Head) -> str:
    """Return the name of a log in its checkpoints unless another is chosen."""
    return f"cot-flows/{head.district}" + (SIMULATED if head.clock == "simulated" else "")


def create_key(engine: Engine, head: Head, actor: str, origin: str | None) -> VerifierKey:
    """Make a key and put it in force. Raises Rejected when one is, and NoteRefused for a name."""
    keys = Keys(engine.settings)
    known = standing(engine, head.district).state.origin
    key = keys.create(head.district, origin or known or usual_origin(head))
    command = PublishSealingKey(vkey=str(key))
    _record_or(lambda: keys.forget(head.district, key), engine, head, actor, command)
    return key


def rotate_key(engine: Engine, head: Head, actor: str) -> VerifierKey:
    """Make the next key, let the one in force vouch for it, and put it in force."""
    keys, old = Keys(engine.settings), key_in_force(engine, head)
    private = keys.load(head.district, old)
    key = keys.create(head.district, old.name)
    statement = sign(statement_text(str(key)), old.name, private)
    command = RotateSealingKey(vkey=str(key), replaces=str(old), statement=str(statement))
    _record_or(lambda: keys.forget(head.district, key), engine, head, actor, command)
    return key


def report_lost(engine: Engine, head: Head, actor: str, reason: str) -> VerifierKey:
    """Record that the key in force is lost; nothing is sealed until another is created."""
    key = key_in_force(engine, head)
    command = ReportSealingKeyLost(vkey=str(key))
    _record_or(lambda: None, engine, head, actor, command, reason=reason)
    return key


def key_in_force(engine: Engine, head: Head) -> VerifierKey:
    """Return the key that signs now. Raises NoSealingKey."""
    key = standing(engine, head.district).state.key
    if key is None:
        raise NoSealingKey(
            f"no key signs the checkpoints of {head.district}: create one with `cot keys create`"
        )
    return read_vkey(key)


def statement_text(vkey: str) -> str:
    """Return what a key signs to vouch for the next."""
    return f"{STATEMENT}\n{vkey}\n"


def _record_or(
    undo: Callable[[], None],
    engine: Engine,
    head: Head,
    actor: str,
    command: Command,
    *,
    reason: str | None = None,
) -> None:
    at = head.recorded_at if head.clock == "simulated" else None
    request = Request(command=command, event_id=uuid4(), actor=actor, reason=reason)
    try:
        Handling(engine.store, utc_now).handle(head.district, request, recorded_at=at)
    except Exception:
        undo()
        raise
    engine.store.announce(head.district)
