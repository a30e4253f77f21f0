"""What a witness does (C2SP tlog-witness): it cosigns only what continues what it saw before.

A request is a text: `old <size>`, the hashes of a consistency proof, an empty line, a checkpoint.
Nothing here keeps state or asks for the time: both are the caller's, who must write the new state
down before the cosignature leaves the house.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from events.errors import ForkFound, NoteRefused, ProofRefused
from events.sealing.checkpoint import Checkpoint, read_checkpoint, read_number
from events.sealing.merkle import EMPTY_ROOT, LONGEST_PROOF, require_consistent
from events.sealing.note import (
    LONGEST_NOTE,
    Note,
    VerifierKey,
    decoded_hashes,
    encode,
    read_note,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The largest tree of a log that a witness has cosigned."""

    size: int = 0
    root: bytes = EMPTY_ROOT


NOTHING_SEEN = Seen()


@dataclass(frozen=True, slots=True)
class Request:
    """A request to cosign: from which size the proof leads, the proof, and the checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        """Return the request's text."""
        hashes = "".join(f"{encode(each)}\n" for each in self.proof)
        return f"old {self.old_size}\n{hashes}\n{self.note}"


def read_request(given: bytes) -> Request:
    """Return a request as read; nothing is verified yet. Raises NoteRefused."""
    if len(given) > 2 * LONGEST_NOTE:
        raise NoteRefused(f"a request has at most {2 * LONGEST_NOTE:,} bytes, not {len(given):,}")
    head, divider, note = given.partition(b"\n\n")
    try:
        lines = head.decode().split("\n")
    except UnicodeDecodeError as error:
        raise NoteRefused(f"the request is no UTF-8 text: {error.reason}") from error
    if not divider or not lines[0].startswith("old ") or len(lines) > LONGEST_PROOF + 1:
        raise NoteRefused("a request begins with `old <size>` and a consistency proof")
    old = read_number(lines[0][4:], "the old size")
    return Request(old, decoded_hashes(lines[1:]), read_note(note))


def require_continued(request: Request, keys: Sequence[VerifierKey], seen: Seen) -> Checkpoint:
    """Return the checkpoint that may be cosigned. Raises NoteRefused, ProofRefused, ForkFound.

    `keys` are those that the witness trusts for the checkpoint's origin.
    """
    checkpoint = read_checkpoint(request.note)
    _require_trusted(request.note, checkpoint.origin, keys)
    if request.old_size != seen.size:
        raise ProofRefused(
            f"the request proves from {request.old_size} records, but {seen.size} were cosigned "
            f"last for {checkpoint.origin}: ask for a request with --from {seen.size}"
        )
    if checkpoint.size < seen.size:
        raise ProofRefused(
            f"the checkpoint has {checkpoint.size} records, {seen.size} were cosigned before"
        )
    try:
        require_consistent(seen.size, seen.root, checkpoint.size, checkpoint.root, request.proof)
    except ProofRefused as error:
        raise ForkFound(
            f"FORK: the checkpoint of {checkpoint.origin} with {checkpoint.size} records does not "
            f"continue the one with {seen.size} that was cosigned before. Either the request was "
            "damaged on its way, or recorded history was rewritten: keep both, and ask for the "
            f"request once more ({error})"
        ) from error
    return checkpoint


def _require_trusted(note: Note, origin: str, keys: Sequence[VerifierKey]) -> None:
    named = [key for key in keys if any(line.is_of(key) for line in note.signatures)]
    if not named:
        raise NoteRefused(f"no key that is trusted for {origin} signed the checkpoint")
    for key in named:
        note.require_signed_by(key)
