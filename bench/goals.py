"""What is compared, and what is wanted of each comparison: ratios only, never absolute times.

A ratio holds on other machines too, as long as both sides ran in turns on the same server. What
has no goal is shown for orientation. The goals were set before this code was written, from trials
without validation, subjects or personal values; they are not moved to where the code stands.
"""

from dataclasses import dataclass
from typing import Literal

from bench import projections, sealing
from bench.appends import OURS, SAVE, TOGETHER, WRITERS, title
from bench.floors import FLOOR
from bench.peers import PEER
from bench.reads import FLOOR_FIELD, RAW, READ, REHYDRATE, UNDECODED


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the table.

    `speed`: how many times as fast as the other, at least `goal`. `processor`: its processor time
    as a part of the other's, at most `goal`. Without `other`, only a time is shown.
    """

    race: str
    ours: str
    other: str | None = None
    goal: float | None = None
    measure: Literal["speed", "processor"] = "speed"

    def met(self, ratio: float) -> bool | None:
        """Say whether a ratio meets the goal; None without a goal."""
        if self.goal is None:
            return None
        return ratio >= self.goal if self.measure == "speed" else ratio <= self.goal


APPENDING = (
    Comparison(title(1), OURS, PEER, 2.5),
    Comparison(title(1), OURS, PEER, 0.45, "processor"),
    Comparison(title(1), OURS, FLOOR, 0.4),
    Comparison(title(10), OURS, PEER, 2.2),
    Comparison(title(10), OURS, PEER, None, "processor"),
    Comparison(title(100), OURS, PEER, 1.8),
    Comparison(title(100), OURS, PEER, None, "processor"),
    Comparison(title(100), OURS, SAVE, 2.5),
    Comparison(title(1000), OURS, PEER),
    Comparison(title(1000), OURS, FLOOR, 0.35),
    Comparison(title(1, WRITERS), TOGETHER, PEER, 6.0),
    Comparison(title(1, WRITERS), TOGETHER, PEER, None, "processor"),
    Comparison(title(1, WRITERS), OURS, PEER),
    *(
        Comparison(title(size, WRITERS), ours, PEER)
        for size in (10, 100, 1000)
        for ours in (TOGETHER, OURS)
    ),
)

READING = (
    Comparison(READ, OURS, PEER, 1.4),
    Comparison(READ, OURS, PEER, None, "processor"),
    Comparison(READ, RAW, UNDECODED, 1.4),
    Comparison(READ, RAW, FLOOR_FIELD),
    Comparison(REHYDRATE, OURS, PEER, 5.0),
)

PROJECTING = (
    *(Comparison(projections.REFRESH, name) for name in projections.NAMES),
    Comparison(projections.REFRESH, projections.ALL, projections.REBUILD_ALL, 10.0),
    *(Comparison(projections.REBUILD, name, PEER, 150.0) for name in projections.NAMES),
    *(Comparison(projections.REBUILD, name, FLOOR, 0.12) for name in projections.NAMES),
    *(Comparison(projections.AS_OF, name, FLOOR) for name in projections.NAMES),
    *(Comparison(projections.AS_OF_ONE, name) for name in projections.NAMES),
    *(Comparison(projections.LIVE_ONE, name) for name in projections.NAMES),
)

SEALING = (
    Comparison(sealing.APPEND, sealing.SEALED, sealing.UNSEALED, 0.8),
    Comparison(sealing.ROOT, sealing.SEALED),
)

COMPARISONS = (*APPENDING, *READING, *PROJECTING, *SEALING)
