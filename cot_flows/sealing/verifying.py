"""Whether every checkpoint is what the log says, and every signature that of the key then in force.

All roots are reckoned anew from the leaves, so that each checkpoint is consistent with the one
before exactly if both roots are right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cot_flows.sealing.changing_keys import statement_text
from domain.facts.sealing import (
    CheckpointCosigned,
    CheckpointSealed,
    SealingKeyLost,
    SealingKeyPublished,
    SealingKeyRotated,
)
from events.envelope import RecordedEvent
from events.errors import NoteRefused, SealError
from events.sealing.checkpoint import parse_checkpoint
from events.sealing.cosignature import require_cosigned, with_cosignatures
from events.sealing.merkle import Frontier, root
from events.sealing.note import encode, read_note, read_signatures, read_vkey
from events.sealing.tree import TILE


class SealFault(NamedTuple):
    """Something about sealing that does not hold: the first position that may be bad, and how."""

    position: int
    message: str


@dataclass(slots=True)
class Reckoned:
    """What is reckoned along the log: roots at the sizes asked for, and over every 256 leaves."""

    sizes: frozenset[int]
    roots: dict[int, bytes] = field(default_factory=dict)
    tiles: list[bytes] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    open_tile: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Take the next leaf hash of the log."""
        self.frontier.add(leaf)
        self.open_tile.append(leaf)
        if len(self.open_tile) == TILE:
            self.tiles.append(root(self.open_tile))
            self.open_tile.clear()
        if self.frontier.size in self.sizes:
            self.roots[self.frontier.size] = self.frontier.root()


def sizes_of(facts: Sequence[RecordedEvent]) -> frozenset[int]:
    """Return the sizes of all checkpoints."""
    return frozenset(each.event.size for each in facts if isinstance(each.event, CheckpointSealed))


def seal_faults(
    facts: Sequence[RecordedEvent], reckoned: Reckoned, misplaced: Sequence[tuple[int, str]] = ()
) -> Iterator[SealFault]:
    """Yield what is wrong, in the order of the facts about sealing.

    `misplaced` are kept hashes that differ from the log's, by first position: where a root differs
    they narrow down where the log was altered.
    """
    key: str | None = None
    sealed = 0
    notes: dict[int, str] = {}
    for each in facts:
        try:
            match each.event:
                case SealingKeyPublished(vkey=vkey):
                    key = vkey
                case SealingKeyRotated(vkey=vkey):
                    _require_vouched(each.event, key)
                    key = vkey
                case SealingKeyLost():
                    key = None
                case CheckpointSealed(size=size, note=note):
                    _require_signed(each.event, key)
                    notes[size] = note
                    yield from _root_faults(each, sealed, reckoned, misplaced)
                    sealed = max(sealed, size)
                case CheckpointCosigned(size=size):
                    _require_witnessed(each.event, notes.get(size))
                case _:
                    pass
        except SealError as error:
            yield SealFault(each.position, str(error))


def _root_faults(
    recorded: RecordedEvent,
    sealed: int,
    reckoned: Reckoned,
    misplaced: Sequence[tuple[int, str]],
) -> Iterator[SealFault]:
    event = recorded.event
    if not isinstance(event, CheckpointSealed):
        return
    if not sealed < event.size < recorded.position:
        told = f"the checkpoint covers {event.size} events, the one before it {sealed}"
        yield SealFault(recorded.position, told)
        return
    found = reckoned.roots.get(event.size)
    if found is None or encode(found) == event.root:
        return
    within = [place for place, _ in misplaced if sealed < place + TILE - 1 and place <= event.size]
    first = max(sealed + 1, min(within, default=0))
    last = min(event.size, first + TILE - 1) if within else event.size
    yield SealFault(
        first,
        f"one of the events {first} to {last} is not what was sealed: the checkpoint of "
        f"{event.size} events has the root {event.root}, the log {encode(found)}",
    )


def _require_signed(event: CheckpointSealed, key: str | None) -> None:
    if key is None:
        raise NoteRefused(f"the checkpoint of {event.size} events was sealed with no key in force")
    checkpoint, note = parse_checkpoint(event.note)
    if (checkpoint.size, encode(checkpoint.root)) != (event.size, event.root):
        raise NoteRefused(f"the note of the checkpoint of {event.size} events says other than it")
    verifier = read_vkey(key)
    if checkpoint.origin != verifier.name:
        raise NoteRefused(f"the note is of the log {checkpoint.origin}, the key {verifier.name}")
    note.require_signed_by(verifier)


def _require_vouched(event: SealingKeyRotated, key: str | None) -> None:
    if key != event.replaces:
        raise NoteRefused(f"the key {event.replaces} was not in force when it was replaced")
    statement = read_note(event.statement)
    if statement.text != statement_text(event.vkey):
        raise NoteRefused(f"the statement about the key {event.vkey} is about something else")
    statement.require_signed_by(read_vkey(event.replaces))


def _require_witnessed(event: CheckpointCosigned, note: str | None) -> None:
    if note is None:
        raise NoteRefused(f"there is no checkpoint of {event.size} events to cosign")
    checkpoint, sealed = parse_checkpoint(note)
    if encode(checkpoint.root) != event.root:
        raise NoteRefused(f"the cosignature of {event.size} events is of another root")
    line = read_signatures(f"{event.signature}\n")
    require_cosigned(with_cosignatures(sealed, line), read_vkey(event.witness))
