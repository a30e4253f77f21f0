"""How evenly a service reaches groups of schools, and which groups are too small to be told of.

Whoever knows a total and all of its parts but one knows that one as well. So beside a group with
too few behind it at least one more is kept back, and what is kept back together is never fewer than
the minimum.
"""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from domain.facts.measurement import Better

Band = Literal["fine", "watch", "act"]
"""What a parity ratio calls for."""

FINE, ACT = Decimal("0.90"), Decimal("0.80")
"""From here on a ratio is fine; below this one it calls for action. Starting values."""

FEWEST = 10
"""The fewest behind a group that is told of, however low a measure's own minimum is."""

SHOWN = Decimal("0.01")
"""To how much a ratio is told, rounded down: one below a band never looks as if it were in it."""


def parity_ratio(value: Decimal, best: Decimal, better: Better) -> Decimal | None:
    """Return how well a group is served beside the best served one, at most 1; None below zero.

    Where lower is better it is the best value over the group's, else the other way round.
    """
    if value == best:
        return Decimal("1.00")
    over, under = (best, value) if better == "lower" else (value, best)
    if over < 0 or under <= 0:
        return None
    return (over / under).quantize(SHOWN, ROUND_DOWN)


def band(ratio: Decimal) -> Band:
    """Return the band of a ratio."""
    if ratio >= FINE:
        return "fine"
    return "watch" if ratio >= ACT else "act"


def family(group: str) -> str:
    """Return the first word of a group's name: groups that share it make up all schools."""
    return group.partition("-")[0]


def too_small(counts: Mapping[str, int], least: Mapping[str, int]) -> frozenset[str]:
    """Return the groups with fewer behind them than their least, or than ten."""
    return frozenset(each for each, n in counts.items() if n < max(FEWEST, least[each]))


def complements(
    counts: Mapping[str, int], least: Mapping[str, int], small: frozenset[str]
) -> frozenset[str]:
    """Return the groups of one family that are kept back so that no small one can be subtracted.

    They are the next larger ones, until two are kept back at least and the minimum together.
    """
    if not small:
        return frozenset()
    needed = max(FEWEST, *(least[each] for each in small))
    kept = set(small)
    for each in sorted(counts.keys() - small, key=lambda name: (counts[name], name)):
        if len(kept) > 1 and sum(counts[name] for name in kept) >= needed:
            break
        kept.add(each)
    return frozenset(kept) - small
