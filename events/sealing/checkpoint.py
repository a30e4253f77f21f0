"""Checkpoints (C2SP tlog-checkpoint): how large a log was, and its root, in a signed note."""

import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.errors import NoteRefused
from events.sealing.merkle import HASH_SIZE
from events.sealing.note import Note, decode, encode, read_note, sign

_MIN_LINES = 3
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
SIMULATED = "/simulated"
"""How the origin of a log ends whose recording times were supplied: it is signed with the rest."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: which log, how many leaves, and the root over them.

    `extensions` are further lines of others' logs; ours have none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the text that is signed."""
        lines = (self.origin, str(self.size), encode(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @property
    def is_simulated(self) -> bool:
        """Whether the log says of itself that its recording times were supplied."""
        return self.origin.endswith(SIMULATED)

    def signed(self, private: Ed25519PrivateKey) -> Note:
        """Return the checkpoint signed by the log's key, whose name is the origin."""
        return sign(self.text, self.origin, private)


def read_checkpoint(note: Note) -> Checkpoint:
    """Return what a note says as a checkpoint; its signatures are not checked. Raises NoteRefused.

    The first three lines are origin, size without leading zeros, and root in base64.
    """
    lines = note.text[:-1].split("\n")
    if len(lines) < _MIN_LINES or not all(lines):
        raise NoteRefused("a checkpoint has at least three lines: origin, size and root")
    origin, size, encoded, *extensions = lines
    root = decode(encoded, "the root")
    if len(root) != HASH_SIZE:
        raise NoteRefused(f"a root has {HASH_SIZE} bytes, not {len(root)}")
    return Checkpoint(origin, read_number(size, "the size"), root, tuple(extensions))


def parse_checkpoint(given: bytes | str) -> tuple[Checkpoint, Note]:
    """Return a checkpoint and the note that carries it. Raises NoteRefused."""
    note = read_note(given)
    return read_checkpoint(note), note


def read_number(text: str, what: str) -> int:
    """Return a number below 2^63 that is written without leading zeros. Raises NoteRefused."""
    if not _NUMBER.fullmatch(text) or int(text) >= 1 << 63:
        raise NoteRefused(f"{what} is {text[:40]!r}, not a plain decimal number")
    return int(text)
