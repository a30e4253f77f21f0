"""Cosignatures (C2SP tlog-cosignature): a witness says that it saw a log grow, and when."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from struct import pack, unpack

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.errors import NoteRefused
from events.sealing.note import COSIGNATURE, Note, Signature, VerifierKey, verifier_key

_TIMESTAMPED_SIZE = 8 + 64


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature that holds: by which witness, and when it was made (UTC, whole seconds)."""

    witness: VerifierKey
    at: datetime


def cosign(text: str, name: str, private: Ed25519PrivateKey, at: datetime) -> Signature:
    """Return the witness's signature line for a checkpoint's text, made at a time."""
    seconds = int(at.timestamp())
    key = verifier_key(name, COSIGNATURE, private)
    made = private.sign(_message(text, seconds))
    return Signature(key.name, key.key_id, pack(">Q", seconds) + made)


def require_cosigned(note: Note, witness: VerifierKey) -> Cosigned:
    """Return the cosignature of a witness on a checkpoint; refuse when none holds. NoteRefused."""
    own = [each for each in note.signatures if each.is_of(witness)]
    if not own:
        raise NoteRefused(f"the checkpoint carries no cosignature of the witness {witness}")
    moments = [_moment(note.text, each, witness) for each in own]
    return Cosigned(witness, max(moments))


def with_cosignatures(note: Note, further: tuple[Signature, ...]) -> Note:
    """Return the note with more signature lines, each once."""
    return replace(note, signatures=tuple(dict.fromkeys((*note.signatures, *further))))


def _moment(text: str, signature: Signature, witness: VerifierKey) -> datetime:
    if len(signature.made) != _TIMESTAMPED_SIZE:
        raise NoteRefused(f"the cosignature of {witness.name} is not of the size it must have")
    (seconds,) = unpack(">Q", signature.made[:8])
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NoteRefused(f"the cosignature of {witness.name} tells no time") from error
    if witness.kind != COSIGNATURE or not witness.accepts(
        signature.made[8:], _message(text, seconds)
    ):
        raise NoteRefused(
            f"the cosignature of {witness.name} does not fit the checkpoint: one was altered"
        )
    return moment


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
