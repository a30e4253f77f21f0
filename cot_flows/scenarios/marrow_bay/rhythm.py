"""The daily work around the story: what keeps a staged unit from standing still.

Every staged unit does a piece of work of three weeks, and begins the next three weeks later. The
exceptions are the story: IT goes quiet from 2025-12-15 until 2026-03-10 (rows 27, 38 and 40), TRN
from the summer on.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from cot_flows.scenarios.marrow_bay.people import HEADS, PROGRAMS, STEWARD
from cot_flows.scenarios.marrow_bay.phrases import Work, done
from cot_flows.scenarios.marrow_bay.step import RHYTHM, Step

ROUND = timedelta(days=42)
LENGTH = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Round:
    """Work that a unit does again and again between two days, in one dimension."""

    unit: str
    dimension: int
    title: str
    first: date
    last: date


_OWNERS = {"IT": STEWARD, PROGRAMS: HEADS["FED"]}
"""Who owns the work where it is not the first head of the unit."""

LAST = date(2026, 12, 31)

ROUNDS: tuple[Round, ...] = (
    Round("HR", 3, "Partners walk through open cases", date(2025, 9, 8), LAST),
    Round("TL", 2, "Standards read with a network", date(2025, 9, 15), LAST),
    Round("PSU", 1, "ILDs study each other's cases", date(2025, 9, 22), LAST),
    Round("FAC", 3, "Work orders triaged with principals", date(2025, 9, 10), LAST),
    Round("IT", 3, "Tickets of a network read together", date(2025, 9, 17), date(2025, 12, 12)),
    Round("IT", 3, "Desk days in schools", date(2026, 3, 16), LAST),
    Round("FIN", 3, "Budget clinic for a network", date(2025, 9, 24), LAST),
    Round("PAY", 3, "Pay errors traced to their cause", date(2025, 12, 1), LAST),
    Round("MLL", 5, "Language services seen in schools", date(2026, 1, 26), LAST),
    Round("NUT", 3, "Lunch minutes looked at", date(2026, 1, 28), LAST),
    Round("ADA", 5, "Ready data for one question", date(2026, 2, 2), LAST),
    Round("FED", 3, "Title I plans made with schools", date(2026, 2, 4), date(2026, 6, 30)),
    Round("PRG", 3, "Program plans made with schools", date(2026, 9, 28), LAST),
    Round("TRN", 3, "Route cases closed with schools", date(2026, 1, 27), date(2026, 5, 29)),
)


def _steps(each: Round) -> tuple[Step, ...]:
    steps: list[Step] = []
    begun, number = each.first, 1
    while begun + LENGTH <= each.last:
        identifier = f"W-{each.unit}-{begun:%Y-%m-%d}"
        work = Work(
            identifier,
            f"{each.title}, round {number}",
            (each.unit,),
            each.dimension,
            _OWNERS.get(each.unit) or HEADS[each.unit],
        )
        steps += done(RHYTHM, begun, begun + LENGTH, work)
        begun, number = begun + ROUND, number + 1
    return tuple(steps)


STEPS: tuple[Step, ...] = tuple(step for each in ROUNDS for step in _steps(each))
