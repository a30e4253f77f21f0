"""The tree of RFC 9162 by its definition: slow, recursive, and nothing shared with the product."""

from collections.abc import Sequence
from hashlib import sha256


def leaves(count: int) -> list[bytes]:
    """Leaf hashes that differ."""
    return [sha256(b"\x00" + number.to_bytes(4, "big")).digest() for number in range(count)]


def split(count: int) -> int:
    """The largest power of two below a count."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def mth(hashed: Sequence[bytes]) -> bytes:
    """The root (2.1.1)."""
    if not hashed:
        return sha256(b"").digest()
    if len(hashed) == 1:
        return hashed[0]
    k = split(len(hashed))
    return sha256(b"\x01" + mth(hashed[:k]) + mth(hashed[k:])).digest()


def path(index: int, hashed: Sequence[bytes]) -> list[bytes]:
    """The inclusion proof (2.1.3.1)."""
    if len(hashed) == 1:
        return []
    k = split(len(hashed))
    if index < k:
        return [*path(index, hashed[:k]), mth(hashed[k:])]
    return [*path(index - k, hashed[k:]), mth(hashed[:k])]


def subproof(old: int, hashed: Sequence[bytes], known: bool = True) -> list[bytes]:
    """The consistency proof (2.1.4.1)."""
    if old == len(hashed):
        return [] if known else [mth(hashed)]
    k = split(len(hashed))
    if old <= k:
        return [*subproof(old, hashed[:k], known), mth(hashed[k:])]
    return [*subproof(old - k, hashed[k:], False), mth(hashed[:k])]
