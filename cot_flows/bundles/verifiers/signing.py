"""What holds a log together: the Merkle tree, keys, signed notes and checkpoints."""

import re
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cot_flows.bundles.verifiers.reading import (
    Json,
    Refused,
    Wrong,
    from_base64,
    number,
    sha256,
    shaped,
)

MOST_SIGNATURES = 64
SIGNATURE = re.compile("\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")
VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})")
ED25519, COSIGNATURE = 1, 4


class Tree:
    """The right edge of a growing Merkle tree (RFC 9162): roots of complete subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self.edge: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add the next leaf."""
        rest = self.size
        while rest & 1:
            leaf = sha256(b"\x01", self.edge.pop(), leaf)
            rest >>= 1
        self.edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        found = self.edge[-1] if self.edge else sha256()
        for left in reversed(self.edge[:-1]):
            found = sha256(b"\x01", left, found)
        return found


def both_roots(old: int, size: int, path: list[bytes], root: bytes | None) -> tuple[bytes, bytes]:
    """Return the roots that a consistency proof leads to (RFC 9162, by its recursive definition).

    `root` is the older root as long as the proof leaves it out.
    """
    if old == size:
        if len(path) != (root is None):
            raise Wrong("the consistency proof has not the right length")
        return (path[0], path[0]) if root is None else (root, root)
    if not path:
        raise Wrong("the consistency proof is too short")
    middle = 1 << (size - 1).bit_length() - 1
    if old <= middle:
        before, after = both_roots(old, middle, path[:-1], root)
        return before, sha256(b"\x01", after, path[-1])
    before, after = both_roots(old - middle, size - middle, path[:-1], None)
    return sha256(b"\x01", path[-1], before), sha256(b"\x01", path[-1], after)


class Key:
    """A public key, told as a vkey: name, key id, and a kind with 32 bytes."""

    def __init__(self, vkey: Any) -> None:
        parts = VKEY.fullmatch(shaped(vkey, str, "a vkey"))
        if not parts:
            raise Refused(f"{vkey[:80]!r} is no vkey")
        told = from_base64(parts[3], "a vkey")
        self.vkey, self.name, self.kind, self.public = vkey, parts[1], told[0], told[1:]
        self.id = sha256(self.name.encode() + b"\n" + told)[:4]
        if self.id.hex() != parts[2] or self.kind not in (ED25519, COSIGNATURE):
            raise Refused(f"the vkey of {self.name} does not fit its key id")

    def signed(self, text: str, lines: list[tuple[str, bytes]]) -> bool:
        """Whether the key has signature lines under a text; raises Wrong when one does not fit."""
        own = [made[4:] for name, made in lines if (name, made[:4]) == (self.name, self.id)]
        for made in own:
            message, signature = text, made
            if self.kind == COSIGNATURE:
                if len(made) != 72:  # noqa: PLR2004
                    raise Wrong(f"a cosignature of {self.name} has not the right length")
                seconds = int.from_bytes(made[:8])
                message, signature = f"cosignature/v1\ntime {seconds}\n{text}", made[8:]
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message.encode())
            except (InvalidSignature, ValueError) as error:
                raise Wrong(f"the signature of {self.name} does not fit the text") from error
        return bool(own)


def read_note(note: Any) -> tuple[str, list[tuple[str, bytes]]]:
    """Return a signed note's text and its signature lines: key name, and id with signature."""
    text, divider, below = shaped(note, str, "a note").rpartition("\n\n")
    lines = below.split("\n")
    if not divider or lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise Refused("a note is a text, an empty line, and 1 to 64 lines of signatures")
    found = []
    for line in lines:
        parts = SIGNATURE.fullmatch(line)
        if not parts:
            raise Refused(f"{line[:80]!r} is no signature line")
        found.append((parts[1], from_base64(parts[2], "a signature")))
    return f"{text}\n", found


class Keys:
    """The keys of the log in the order they were in force, and the witnesses it names."""

    def __init__(self, told: Json) -> None:
        self.rows = shaped(told.get("keys"), list, "keys.json keys")
        self.keys = [Key(shaped(row, dict, "a key").get("vkey")) for row in self.rows]
        witnesses = shaped(told.get("witnesses"), list, "keys.json witnesses")
        self.witnesses = {vkey: Key(vkey) for vkey in witnesses}
        self.facts: dict[int, tuple[str, str]] = {}
        for at, (row, key) in enumerate(zip(self.rows, self.keys, strict=True)):
            how = "SealingKeyPublished"
            if at and self.rows[at - 1].get("ended") == "rotated":
                how = "SealingKeyRotated"
                self._require_vouched(self.keys[at - 1], key, row)
            self.facts[number(row.get("from_position"), "from_position")] = (how, key.vkey)
            if row.get("ended") == "lost":
                until = number(row.get("until_position"), "until_position")
                self.facts[until] = ("SealingKeyLost", key.vkey)

    @staticmethod
    def _require_vouched(old: Key, new: Key, row: Json) -> None:
        text, lines = read_note(row.get("statement"))
        if text != f"cot-flows/next-sealing-key/v1\n{new.vkey}\n" or not old.signed(text, lines):
            raise Wrong(f"the key {new.vkey} is not vouched for by the key before it")

    def in_force(self, position: int) -> Key:
        """Return the key that signed what was recorded at a position."""
        for key, row in zip(self.keys, self.rows, strict=True):
            until = row.get("until_position")
            if row["from_position"] < position and (
                until is None or position < number(until, "until_position")
            ):
                return key
        raise Wrong("no key was in force when this checkpoint was recorded", position)

    def leads_from(self, given: set[str], last: Key) -> bool:
        """Whether the last key is one of those given, or vouched for by one, step by step."""
        at = self.keys.index(last)
        while self.keys[at].vkey not in given:
            at -= 1
            if at < 0 or self.rows[at].get("ended") != "rotated":
                return False
        return True


class Checkpoint:
    """One checkpoint of the log, its signatures checked."""

    def __init__(self, row: Json, keys: Keys, origin: str, before: "Checkpoint | None") -> None:
        self.size = number(row.get("size"), "the size of a checkpoint")
        self.position = number(row.get("position"), "the position of a checkpoint")
        self.note = row.get("note")
        self.text, lines = read_note(self.note)
        told = self.text.split("\n")
        self.key = keys.in_force(self.position)
        if len(told) < 4 or told[:2] != [origin, str(self.size)] or self.key.name != origin:  # noqa: PLR2004
            raise Wrong(f"the note of the checkpoint of {self.size} events says other than it")
        self.root = from_base64(told[2], "a root")
        if not self.key.signed(self.text, lines):
            raise Wrong(
                f"the checkpoint of {self.size} events is not signed by the key then in force"
            )
        self.witnesses = [w.vkey for w in keys.witnesses.values() if w.signed(self.text, lines)]
        path = shaped(row.get("proof"), list, "a consistency proof")
        self._require_grown(before, [from_base64(each, "a hash") for each in path])

    def _require_grown(self, before: "Checkpoint | None", path: list[bytes]) -> None:
        if len(path) > 64 or any(len(each) != 32 for each in [self.root, *path]):  # noqa: PLR2004
            raise Refused("a proof is too long, or a hash has not 32 bytes")
        if before is None:
            if path:
                raise Wrong("the first checkpoint continues nothing, and has a proof")
            return
        if not before.size < self.size or not before.position < self.position:
            raise Wrong(f"the checkpoint of {self.size} events does not follow {before.size}")
        if both_roots(before.size, self.size, path, before.root) != (before.root, self.root):
            raise Wrong(
                f"the checkpoint of {self.size} events does not continue that of {before.size}"
            )
