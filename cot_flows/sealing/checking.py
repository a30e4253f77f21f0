"""Checking what others give us, with nothing but the file and the keys we trust."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from events.errors import NoteRefused
from events.sealing.cosignature import Cosigned, require_cosigned
from events.sealing.note import Note, VerifierKey, encode, read_vkey
from events.sealing.proof import WHAT_IT_SHOWS, WHEN_SIMULATED, Proof, read_proof


@dataclass(frozen=True, slots=True)
class Checked:
    """A proof that leads to its root; by which trusted key it is signed, None if none was given."""

    proof: Proof
    signed_by: VerifierKey | None
    cosigned: tuple[Cosigned, ...]

    def as_dict(self) -> dict[str, object]:
        """Return what was found by stable keys."""
        checkpoint, sealed = self.proof.checkpoint(), self.proof.sealed
        return {
            "district": sealed.district,
            "position": sealed.position,
            "stream": sealed.stream,
            "stream_version": sealed.stream_version,
            "recorded_at": sealed.recorded_at.isoformat(),
            "content": self.content(),
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": encode(checkpoint.root),
            "signed_by": None if self.signed_by is None else str(self.signed_by),
            "witnesses": [
                {"witness": str(each.witness), "at": each.at.isoformat()} for each in self.cosigned
            ],
            "simulated": checkpoint.is_simulated,
        }

    def content(self) -> dict[str, object]:
        """Return the event's content. Raises NoteRefused when it is no object."""
        try:
            content = orjson.loads(self.proof.sealed.content)
        except orjson.JSONDecodeError as error:
            raise NoteRefused(f"the event's content is no JSON: {error}") from error
        if not isinstance(content, dict):
            raise NoteRefused("the event's content is no object")
        return content

    def lines(self) -> list[str]:
        """Return what was found in words."""
        checkpoint, sealed, content = self.proof.checkpoint(), self.proof.sealed, self.content()
        told = [
            f"{content.get('type')} at position {sealed.position} of {sealed.district},",
            f"recorded {sealed.recorded_at.isoformat()} by {content.get('actor')}:",
            orjson.dumps(content.get("data"), option=orjson.OPT_INDENT_2).decode(),
            f"is unchanged under the checkpoint of {checkpoint.origin}, {checkpoint.size} events.",
        ]
        if self.signed_by is None:
            told.append(
                "NOT SHOWN: who signed that checkpoint. Anybody could make such a file; get the "
                "log's vkey from the district and give it with --key."
            )
        else:
            told.append(f"The checkpoint is signed by {self.signed_by}.")
        told += [
            f"{each.witness.name} saw this log grow to it, on {each.at:%Y-%m-%d %H:%M} UTC."
            for each in self.cosigned
        ]
        told.append(WHAT_IT_SHOWS)
        return [*told, WHEN_SIMULATED] if checkpoint.is_simulated else told


def check_proof(given: bytes, keys: Sequence[str], witnesses: Sequence[str]) -> Checked:
    """Return what a proof file shows. Raises NoteRefused, ProofRefused.

    Every witness named must have cosigned; of the keys named, one must have signed.
    """
    proof = read_proof(given)
    proof.require_included()
    signer = require_signed(proof.note, keys) if keys else None
    cosigned = tuple(require_cosigned(proof.note, read_vkey(each)) for each in witnesses)
    return Checked(proof, signer, cosigned)


def require_signed(note: Note, keys: Sequence[str]) -> VerifierKey:
    """Return which of the keys signed a checkpoint of its own log. Raises NoteRefused."""
    known = [read_vkey(each) for each in keys]
    origin = note.text.partition("\n")[0]
    named = [
        key
        for key in known
        if key.name == origin and any(each.is_of(key) for each in note.signatures)
    ]
    if not named:
        raise NoteRefused(f"none of the keys given signed this checkpoint of {origin}")
    for key in named:
        note.require_signed_by(key)
    return named[0]
