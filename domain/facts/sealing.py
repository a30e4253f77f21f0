"""Facts about how a log proves itself: its signing keys, its checkpoints, and who witnessed them.

They hold no secret: a key is recorded by its public side only.
"""

from typing import Annotated

from pydantic import Field

from domain.ids import subject
from domain.message import DomainEvent

VerifierKeyText = Annotated[
    str, Field(pattern=r"^[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$", max_length=260)
]
"""The public side of an Ed25519 key (C2SP vkey): `name+key id+base64`."""

RootText = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]
"""The root of a Merkle tree, 32 bytes in base64."""

NoteText = Annotated[str, Field(min_length=1, max_length=4000)]
"""A signed note, whole."""

SignatureLine = Annotated[
    str, Field(pattern="^\u2014 [^\\s+]{1,200} [A-Za-z0-9+/]+={0,2}$", max_length=400)
]
"""One signature line of a note, without its newline."""


class _OfSealing(DomainEvent):
    """A fact about how the log is sealed."""

    def subjects(self) -> tuple[str, ...]:
        """Return that it concerns the sealing of this log, and nothing that rows are made from."""
        return (subject("sealing", "log"),)


class SealingKeyPublished(_OfSealing):
    """A key signs checkpoints from here on: the first, or the next after one was lost."""

    vkey: VerifierKeyText


class SealingKeyRotated(_OfSealing):
    """Another key signs from here on; the one before it vouches for it.

    `statement` is a note about the new key, signed by the old one.
    """

    vkey: VerifierKeyText
    replaces: VerifierKeyText
    statement: NoteText


class SealingKeyLost(_OfSealing):
    """The key is lost, or others may have it: what it signs after this is worth nothing."""

    vkey: VerifierKeyText


class CheckpointSealed(_OfSealing):
    """The first `size` events of this log have this root; `note` says so, signed by the key."""

    size: int = Field(ge=1)
    root: RootText
    note: NoteText


class CheckpointCosigned(_OfSealing):
    """A witness outside vouches that the checkpoint of `size` continues all it saw before."""

    size: int = Field(ge=1)
    root: RootText
    witness: VerifierKeyText
    signature: SignatureLine
