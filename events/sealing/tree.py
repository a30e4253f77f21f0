"""A log's Merkle tree from what is kept of it: any root or proof, from few stored hashes.

Kept are the leaves (level 0, one for each event) and the roots of complete subtrees of 256, 256² …
leaves (levels 1, 2 …), as in C2SP tlog-tiles: one kept node for every 256 leaves. Whatever else a
root or proof needs lies inside one tile of 256 hashes, and is computed when asked for.
"""

from collections.abc import Callable, Sequence

from events.errors import TreeIncomplete
from events.sealing.merkle import EMPTY_ROOT, node_hash, root

TILE = 256
TILE_HEIGHT = 8

Hashes = Callable[[int, int, int], Sequence[bytes]]
"""Gives the kept hashes of a level, from one index up to and without another, in order."""

_Range = tuple[int, int]


class Tree:
    """The tree over the first `size` leaves of a log. What it has read once it keeps."""

    def __init__(self, size: int, hashes: Hashes) -> None:
        """Read nothing yet; every level must be kept for at least `size` leaves."""
        self.size = size
        self._hashes = hashes
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def root(self) -> bytes:
        """Return the root. Raises TreeIncomplete when a kept hash is missing."""
        return self._of_range((0, self.size)) if self.size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """Return the proof that the leaf at an index is in this tree, from its sibling up."""
        if not 0 <= index < self.size:
            raise ValueError(f"a tree of {self.size} leaves has no leaf with index {index}")
        return [self._of_range(each) for each in _path(index, 0, self.size)]

    def consistency(self, old_size: int) -> list[bytes]:
        """Return the proof that this tree begins with all leaves of the one of `old_size`."""
        if not 0 <= old_size <= self.size:
            raise ValueError(f"a tree of {self.size} leaves cannot continue one of {old_size}")
        if old_size in (0, self.size):
            return []
        return [self._of_range(each) for each in _subproof(old_size, 0, self.size, known=True)]

    def _of_range(self, leaves: _Range) -> bytes:
        """Return the subtree's hash over leaves that the RFC's splitting puts together."""
        first, end = leaves
        count = end - first
        if count & (count - 1) == 0:
            return self._complete(first, count.bit_length() - 1)
        middle = first + _split(count)
        return node_hash(self._of_range((first, middle)), self._of_range((middle, end)))

    def _complete(self, first: int, height: int) -> bytes:
        level, inside = divmod(height, TILE_HEIGHT)
        start = first >> (TILE_HEIGHT * level)
        tile = self._tile(level, start // TILE)
        offset = start % TILE
        return root(tile[offset : offset + (1 << inside)])

    def _tile(self, level: int, number: int) -> Sequence[bytes]:
        key = (level, number)
        if key not in self._tiles:
            first = number * TILE
            end = min(first + TILE, self.size >> (TILE_HEIGHT * level))
            found = self._hashes(level, first, end)
            if len(found) != end - first:
                raise TreeIncomplete(level, first, end, len(found))
            self._tiles[key] = found
        return self._tiles[key]


def kept_hashes(leaves: Sequence[bytes]) -> Hashes:
    """Return the kept hashes of a tree whose leaves are at hand, for checks without a database."""
    levels = [list(leaves)]
    while len(levels[-1]) >= TILE:
        row = levels[-1]
        whole = range(0, len(row) - len(row) % TILE, TILE)
        levels.append([root(row[first : first + TILE]) for first in whole])
    return lambda level, first, end: levels[level][first:end] if level < len(levels) else []


def _split(count: int) -> int:
    """Return the largest power of two below a count of at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _path(index: int, first: int, end: int) -> list[_Range]:
    """Return the ranges of leaves beside the way from a leaf to the root (RFC 9162, 2.1.3.1)."""
    if end - first == 1:
        return []
    middle = first + _split(end - first)
    if index < middle:
        return [*_path(index, first, middle), (middle, end)]
    return [*_path(index, middle, end), (first, middle)]


def _subproof(old_end: int, first: int, end: int, *, known: bool) -> list[_Range]:
    """Return the ranges of a consistency proof (RFC 9162, 2.1.4.1).

    `known` says that the verifier knows the old tree's hash over exactly these leaves.
    """
    if old_end == end:
        return [] if known else [(first, end)]
    middle = first + _split(end - first)
    if old_end <= middle:
        return [*_subproof(old_end, first, middle, known=known), (middle, end)]
    return [*_subproof(old_end, middle, end, known=False), (first, middle)]
