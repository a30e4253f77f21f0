"""How a log proves itself: one key in force at a time, and checkpoints that only grow.

What a signature or a root is worth cannot be decided here, where nothing is computed: the sealing
program checks both before it asks, and `cot verify` checks them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pydantic import Field

from domain import ids
from domain.deciding import fact, one, require_reason
from domain.district import DistrictState
from domain.errors import Rejected
from domain.facts.sealing import (
    CheckpointCosigned,
    CheckpointSealed,
    NoteText,
    RootText,
    SealingKeyLost,
    SealingKeyPublished,
    SealingKeyRotated,
    SignatureLine,
    VerifierKeyText,
)
from domain.message import Circumstances, Command, Decision, DomainEvent, Happened
from domain.world import State, World

SEALING_STREAM = "sealing-log"
"""The one stream of a log's keys and checkpoints."""

SIMULATED = "/simulated"
"""How the key's name ends in a log with a simulated clock, so that every proof says so."""


class PublishSealingKey(Command):
    """Publish the key that signs checkpoints: the first, or the next after one was lost."""

    vkey: VerifierKeyText = Field(description="Public side of the key, as `cot keys list` shows it")


class RotateSealingKey(Command):
    """Let another key sign from now on; the one in force signs that this is so."""

    vkey: VerifierKeyText = Field(description="Public side of the new key")
    replaces: VerifierKeyText = Field(description="Public side of the key in force")
    statement: NoteText = Field(description="Note about the new key, signed by the key in force")


class ReportSealingKeyLost(Command):
    """Say that the key in force is lost, or that others may have it; needs a reason."""

    vkey: VerifierKeyText = Field(description="Public side of the key in force")


class SealCheckpoint(Command):
    """Record a signed checkpoint over all events up to a position. `cot seal` makes it."""

    size: int = Field(ge=1, description="How many events the checkpoint covers")
    root: RootText = Field(description="Root of the Merkle tree over them, in base64")
    note: NoteText = Field(description="The signed note")
    vkey: VerifierKeyText = Field(description="Public side of the key that signed it")
    unsealed: int = Field(
        ge=0, description="How many of the events since the last checkpoint are not about sealing"
    )


class RecordCosignature(Command):
    """Record that a witness outside vouches for a checkpoint."""

    size: int = Field(ge=1, description="Size of the checkpoint")
    root: RootText = Field(description="Root of the checkpoint, in base64")
    witness: VerifierKeyText = Field(description="Public side of the witness's key")
    signature: SignatureLine = Field(description="The signature line of the witness")


FACTS: tuple[type[DomainEvent], ...] = (
    SealingKeyPublished,
    SealingKeyRotated,
    SealingKeyLost,
    CheckpointSealed,
    CheckpointCosigned,
)
"""All facts about sealing."""

SealingCommand = (
    PublishSealingKey | RotateSealingKey | ReportSealingKeyLost | SealCheckpoint | RecordCosignature
)
COMMANDS: tuple[type[Command], ...] = (
    PublishSealingKey,
    RotateSealingKey,
    ReportSealingKeyLost,
    SealCheckpoint,
    RecordCosignature,
)


@dataclass(frozen=True, slots=True)
class SealingState(State):
    """The key in force, every key there ever was, and the checkpoints by size.

    `cosigned` holds size and witness of each cosignature.
    """

    category: ClassVar[str] = "sealing"

    key: str | None = None
    keys: tuple[str, ...] = ()
    roots: Mapping[int, str] = field(default_factory=dict)
    cosigned: frozenset[tuple[int, str]] = frozenset()

    @classmethod
    def stream(cls, identifier: str) -> str:
        """Return the one stream of sealing, whatever the identifier."""
        return SEALING_STREAM

    @property
    def size(self) -> int:
        """Return the size of the last checkpoint; 0 if there is none."""
        return max(self.roots, default=0)

    @property
    def origin(self) -> str | None:
        """Return the log's name in all its checkpoints, or None before the first key."""
        return name_of(self.keys[0]) if self.keys else None


initial = SealingState()


def name_of(vkey: str) -> str:
    """Return the name in a vkey."""
    return vkey.partition("+")[0]


def evolve(state: SealingState, happened: Happened) -> SealingState:
    """Return the state after one more fact about sealing."""
    match happened.event:
        case SealingKeyPublished(vkey=vkey) | SealingKeyRotated(vkey=vkey):
            return replace(state, key=vkey, keys=(*state.keys, vkey))
        case SealingKeyLost():
            return replace(state, key=None)
        case CheckpointSealed(size=size, root=root):
            return replace(state, roots={**state.roots, size: root})
        case CheckpointCosigned(size=size, witness=witness):
            return replace(state, cosigned=state.cosigned | {(size, witness)})
        case _:
            return state


def needs(command: SealingCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    return (SEALING_STREAM, ids.DISTRICT_STREAM)


def decide(
    command: SealingCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about sealing. Raises Rejected."""
    if circumstances.corrects is not None:
        raise Rejected(
            "sealing_not_correctable",
            "a key or a checkpoint is never corrected: rotate the key, report it lost, or seal "
            "again when there is something new",
        )
    state = world.get(SealingState)
    match command:
        case PublishSealingKey():
            _require_new_key(command.vkey, state, world)
            if state.key is not None:
                raise Rejected(
                    "sealing_key_in_force",
                    f"the key {state.key} is in force; rotate it, or report it lost first",
                )
            return one(SEALING_STREAM, fact(SealingKeyPublished, command), new=state == initial)
        case RotateSealingKey():
            _require_new_key(command.vkey, state, world)
            _require_in_force(command.replaces, state)
            return one(SEALING_STREAM, fact(SealingKeyRotated, command))
        case ReportSealingKeyLost():
            _require_in_force(command.vkey, state)
            require_reason(circumstances, "key_lost_without_reason", "the loss of a key")
            return one(SEALING_STREAM, fact(SealingKeyLost, command))
        case SealCheckpoint():
            _require_growth(command, state)
            return one(SEALING_STREAM, fact(CheckpointSealed, command))
        case RecordCosignature():
            _require_known_checkpoint(command, state)
            return one(SEALING_STREAM, fact(CheckpointCosigned, command))


def require_no_retraction(target: DomainEvent) -> None:
    """Refuse to take back what outsiders may hold copies of. Raises Rejected."""
    if isinstance(target, FACTS):
        raise Rejected(
            "sealing_not_correctable",
            f"{target.type_name()} is never taken back: others may hold the checkpoint or the key",
        )


def _require_new_key(vkey: str, state: SealingState, world: World) -> None:
    if vkey in state.keys:
        raise Rejected("sealing_key_used", f"the key {vkey} was in force before; make a new one")
    if state.origin is not None and name_of(vkey) != state.origin:
        raise Rejected(
            "sealing_origin_changed",
            f"this log is known to outsiders as {state.origin}, and witnesses know it by that "
            f"name only; the key is for {name_of(vkey)}, make it under the log's name",
        )
    clock = world.get(DistrictState).clock
    if name_of(vkey).endswith(SIMULATED) != (clock == "simulated"):
        raise Rejected(
            "sealing_origin_hides_clock",
            f"the log keeps a {clock} clock; the name of its key ends in {SIMULATED} exactly if "
            f"the clock is simulated, and this one is {name_of(vkey)}",
        )


def _require_in_force(vkey: str, state: SealingState) -> None:
    if state.key is None:
        raise Rejected("no_sealing_key", "no key is in force; create one with `cot keys create`")
    if vkey != state.key:
        raise Rejected("sealing_key_not_in_force", f"the key in force is {state.key}, not {vkey}")


def _require_growth(command: SealCheckpoint, state: SealingState) -> None:
    _require_in_force(command.vkey, state)
    if command.size <= state.size:
        raise Rejected(
            "checkpoint_not_larger",
            f"the last checkpoint covers {state.size} events, this one {command.size}; a "
            "checkpoint covers more than the one before, read again and seal what is new",
        )
    if command.unsealed == 0:
        raise Rejected(
            "nothing_to_seal",
            f"nothing but sealing was recorded since the checkpoint of {state.size} events; an "
            "idle log stays idle",
        )


def _require_known_checkpoint(command: RecordCosignature, state: SealingState) -> None:
    if state.roots.get(command.size) != command.root:
        raise Rejected(
            "checkpoint_unknown",
            f"this log sealed no checkpoint of {command.size} events with root {command.root}; "
            "give back the checkpoint that the witness was given",
        )
    if (command.size, command.witness) in state.cosigned:
        raise Rejected(
            "checkpoint_cosigned_already",
            f"{name_of(command.witness)} cosigned the checkpoint of {command.size} events already; "
            "nothing to do",
        )
