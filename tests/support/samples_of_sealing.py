"""One sample of every fact about sealing. The keys and signatures are of no one."""

from domain.facts.sealing import (
    CheckpointCosigned,
    CheckpointSealed,
    SealingKeyLost,
    SealingKeyPublished,
    SealingKeyRotated,
)
from domain.message import DomainEvent

ROOT = "A" * 43 + "="
SEALING_VKEY = "example.org/bay+0123abcd+AR" + "B" * 42
NEXT_VKEY = "example.org/bay+4567cdef+AR" + "C" * 42
SIGNED = "\u2014 example.org/bay ASNFZ" + "w" * 87 + "=="

SEALING: tuple[DomainEvent, ...] = (
    SealingKeyPublished(vkey=SEALING_VKEY),
    SealingKeyRotated(
        vkey=NEXT_VKEY,
        replaces=SEALING_VKEY,
        statement="A note about the new key\n\n" + SIGNED + "\n",
    ),
    SealingKeyLost(vkey=NEXT_VKEY),
    CheckpointSealed(size=412, root=ROOT, note=f"example.org/bay\n412\n{ROOT}\n\n{SIGNED}\n"),
    CheckpointCosigned(size=412, root=ROOT, witness=NEXT_VKEY, signature=SIGNED),
)
