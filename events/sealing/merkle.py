"""The Merkle tree of RFC 9162 over the leaf hashes of a log: roots, and what proofs must satisfy.

A leaf is already hashed, with its prefix 0x00, when it is recorded (see `events.leaf`); an inner
node is `sha256(0x01 ‖ left ‖ right)`. A tree of n leaves is split at the largest power of two below
n. Nothing here needs the log: it is what an outsider runs to check what a log shows.
"""

from collections.abc import Sequence
from hashlib import sha256

from events.errors import ProofRefused

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

LONGEST_PROOF = 63
"""No proof of a tree with fewer than 2^63 leaves has more hashes."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes of one level, such as all leaves; of none, the empty root.

    Level by level: a last node without a neighbour moves up as it is, which gives the tree that
    the RFC defines by splitting.
    """
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        last = [row[-1]] if len(row) % 2 else []
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + last
    return row[0]


class Frontier:
    """The right edge of a growing tree: all that is needed to add leaves and to tell the root."""

    def __init__(self) -> None:
        """Begin with no leaves."""
        self.size = 0
        self._complete: list[bytes] = []  # Roots of complete subtrees, from the largest down.

    def add(self, leaf: bytes) -> None:
        """Add the next leaf hash."""
        node, rest = leaf, self.size
        while rest % 2:
            node = node_hash(self._complete.pop(), node)
            rest //= 2
        self._complete.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves added so far."""
        if not self._complete:
            return EMPTY_ROOT
        *left, node = self._complete
        for each in reversed(left):
            node = node_hash(each, node)
        return node


def require_included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes
) -> None:
    """Refuse unless the proof shows that a leaf stands at an index of a tree. Raises ProofRefused.

    RFC 9162, section 2.1.3.2. Indexes count from 0; the proof goes from the leaf to the root.
    """
    if not 0 <= index < size:
        raise ProofRefused(f"a tree of {size} leaves has no leaf with index {index}")
    _require_hashes([leaf, root_hash, *proof])
    own, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofRefused(f"the inclusion proof has hashes left over at a tree of {size}")
        if own % 2 or own == last:
            found = node_hash(sibling, found)
            while own and own % 2 == 0:
                own, last = own // 2, last // 2
        else:
            found = node_hash(found, sibling)
        own, last = own // 2, last // 2
    if last or found != root_hash:
        raise ProofRefused(
            f"the inclusion proof does not lead from leaf {index} to the root of {size} leaves: "
            "the record, the proof or the checkpoint is not the original"
        )


def require_consistent(
    old_size: int, old_root: bytes, size: int, root_hash: bytes, proof: Sequence[bytes]
) -> None:
    """Refuse unless the larger tree begins with all leaves of the smaller. Raises ProofRefused.

    RFC 9162, section 2.1.4.2. From nothing, and from a tree to itself, the proof is empty; the
    empty tree's root must be the empty root.
    """
    if not 0 <= old_size <= size:
        raise ProofRefused(f"a tree of {size} leaves cannot continue one of {old_size}")
    _require_hashes([old_root, root_hash, *proof])
    if old_size in (0, size):
        same = old_root == (EMPTY_ROOT if old_size == 0 else root_hash)
        if proof or not same or (size == 0 and root_hash != EMPTY_ROOT):
            raise ProofRefused(f"two trees of {old_size} and {size} leaves contradict each other")
        return
    found_old, found = _both_roots(old_size, old_root, size, proof)
    if (found_old, found) != (old_root, root_hash):
        raise ProofRefused(
            f"the consistency proof does not lead from {old_size} leaves to {size}: what was "
            "recorded before is not all there unchanged, or the proof is not the original"
        )


def _both_roots(
    old_size: int, old_root: bytes, size: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the two roots that a consistency proof leads to."""
    # A complete smaller tree is itself the first node of the proof, which leaves it out.
    whole = old_size & (old_size - 1) == 0
    path = [old_root, *proof] if whole else list(proof)
    if not path or (whole and not proof):
        raise ProofRefused(f"the consistency proof from {old_size} leaves to {size} is empty")
    own, last = old_size - 1, size - 1
    while own % 2:
        own, last = own // 2, last // 2
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofRefused(f"the consistency proof has hashes left over at a tree of {size}")
        if own % 2 or own == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while own and own % 2 == 0:
                own, last = own // 2, last // 2
        else:
            newer = node_hash(newer, sibling)
        own, last = own // 2, last // 2
    if last:
        raise ProofRefused(f"the consistency proof from {old_size} leaves to {size} is too short")
    return older, newer


def _require_hashes(hashes: Sequence[bytes]) -> None:
    if len(hashes) > LONGEST_PROOF + 2:
        raise ProofRefused(f"a proof has at most {LONGEST_PROOF} hashes, not {len(hashes) - 2}")
    for each in hashes:
        if len(each) != HASH_SIZE:
            raise ProofRefused(f"a hash has {HASH_SIZE} bytes, not {len(each)}")
