"""One event's proof in one small file (C2SP tlog-proof): event, way to the root, checkpoint.

The `extra` line carries what the leaf was made from, so that the file needs nothing beside it but
the log's vkey, which must come from elsewhere. Personal values are not in it: the content holds
only salted commitments to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from events.canonical import canonical_bytes
from events.errors import NoteRefused, ProofRefused
from events.leaf import EPOCH, leaf_hash, microseconds
from events.sealing.checkpoint import Checkpoint, read_checkpoint, read_number
from events.sealing.merkle import LONGEST_PROOF, require_included
from events.sealing.note import LONGEST_NOTE, Note, decode, decoded_hashes, encode, read_note

PROOF_TAG = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
LONGEST_FILE = 2 * LONGEST_NOTE
WHAT_IT_SHOWS = (
    "A proof shows that a record was not changed after it was sealed, not that it was true when it "
    "was entered."
)
WHEN_SIMULATED = (
    "The log keeps a simulated clock: its recording times were supplied, not observed; it is a "
    "reconstruction or a trial."
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event as it was hashed into its leaf: content, place and recording time."""

    district: str
    position: int
    stream: str
    stream_version: int
    recorded_at: datetime
    content: bytes

    @property
    def leaf(self) -> bytes:
        """Return the leaf hash."""
        return leaf_hash(
            district=self.district,
            position=self.position,
            stream=self.stream,
            stream_version=self.stream_version,
            recorded_at=self.recorded_at,
            content=self.content,
        )

    def as_bytes(self) -> bytes:
        """Return it as canonical JSON; the content is a text in it, the time microseconds."""
        told = {
            "content": self.content.decode(),
            "district": self.district,
            "position": self.position,
            "recorded_at": microseconds(self.recorded_at),
            "stream": self.stream,
            "stream_version": self.stream_version,
        }
        return canonical_bytes(told)


@dataclass(frozen=True, slots=True)
class Proof:
    """An event, the hashes from its leaf to the root, and the checkpoint that vouches for it."""

    sealed: Sealed
    path: tuple[bytes, ...]
    note: Note

    @property
    def index(self) -> int:
        """Return the leaf's index, counted from 0."""
        return self.sealed.position - 1

    def __str__(self) -> str:
        """Return the file's text."""
        lines = (
            PROOF_TAG,
            f"extra {encode(self.sealed.as_bytes())}",
            f"index {self.index}",
            *(encode(each) for each in self.path),
        )
        return "\n".join(lines) + f"\n\n{self.note}"

    def checkpoint(self) -> Checkpoint:
        """Return what the checkpoint says. Raises NoteRefused."""
        return read_checkpoint(self.note)

    def require_included(self) -> Checkpoint:
        """Return the checkpoint whose tree holds the event. Raises ProofRefused, NoteRefused.

        Who signed the checkpoint is for the caller to ask.
        """
        checkpoint = self.checkpoint()
        require_included(self.sealed.leaf, self.index, checkpoint.size, self.path, checkpoint.root)
        return checkpoint


def read_proof(given: bytes) -> Proof:
    """Return the proof that a file holds; nothing is verified yet. Raises NoteRefused."""
    if len(given) > LONGEST_FILE:
        raise NoteRefused(f"a proof file has at most {LONGEST_FILE:,} bytes, not {len(given):,}")
    head, divider, note = given.partition(b"\n\n")
    try:
        lines = head.decode().split("\n")
    except UnicodeDecodeError as error:
        raise NoteRefused(f"the proof file is no UTF-8 text: {error.reason}") from error
    if not divider or lines[0] != PROOF_TAG or len(lines) > LONGEST_PROOF + 3:
        raise NoteRefused(f"the file is no proof: its first line must be {PROOF_TAG}")
    extra, index, path = _parts(lines[1:])
    sealed = _sealed(decode(extra, "the extra line"))
    if index != sealed.position - 1:
        raise ProofRefused(f"the proof is of index {index}, its event of {sealed.position - 1}")
    return Proof(sealed, decoded_hashes(path), read_note(note))


def _parts(lines: Sequence[str]) -> tuple[str, int, Sequence[str]]:
    if len(lines) < 2 or not lines[0].startswith("extra ") or not lines[1].startswith("index "):  # noqa: PLR2004
        raise NoteRefused("the proof has no `extra` line with its event and `index` line after it")
    return lines[0][6:], read_number(lines[1][6:], "the index"), lines[2:]


def _sealed(told: bytes) -> Sealed:
    try:
        given = orjson.loads(told)
        moment = EPOCH + timedelta(microseconds=given["recorded_at"])
        sealed = Sealed(
            district=given["district"],
            position=given["position"],
            stream=given["stream"],
            stream_version=given["stream_version"],
            recorded_at=moment,
            content=given["content"].encode(),
        )
        same = sealed.as_bytes() == told
        largest = max(sealed.position, sealed.stream_version)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise NoteRefused(f"the event in the proof cannot be read: {error}") from error
    if not same or min(sealed.position, sealed.stream_version) < 1 or largest >= 1 << 53:
        raise NoteRefused("the event in the proof is not in its one canonical form")
    return sealed
