"""What of the log may be taken away, and what keeps it: withdrawals, and the holds against them.

The rules stand a second time in the database (`cot_log.withdraw`, `cot_log.holds_over`), which
enforces them whoever asks; tests compare the two. Documents are read by the names of their keys,
so that the log knows no more of holds than this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.ids import subject
from domain.message import DomainEvent, Withdrawal

HOLDS = "holds"
"""The stream of all legal holds of a district; the functions of the database name it too."""

PLACED, RELEASED = "LegalHoldPlaced", "LegalHoldReleased"

LONGEST = {"day": 0, "month": 30, "year": 365, "school_year": 365}
"""How many days after its date something may have happened, at each precision, at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event is, for the question whether a hold covers it."""

    stream: str
    subjects: tuple[str, ...]
    begins_on: date
    ends_on: date


def withdraws(event: DomainEvent) -> bool:
    """Whether recording an event takes personal values away."""
    return isinstance(event, Withdrawal)


def taken(event: DomainEvent) -> tuple[tuple[UUID, str], ...]:
    """Return what an event takes away: ids of events, each with the name of a field."""
    if not isinstance(event, Withdrawal):
        return ()
    return tuple((each.event_id, name) for each in event.withdrawn for name in each.fields)


def last_day(day: date, precision: str) -> date:
    """Return the last day on which something may have happened, rather too late than too early."""
    longest = timedelta(days=LONGEST[precision])
    return day + longest if day < date.max - longest else date.max


def holds_over(facts: Iterable[tuple[str, Mapping[str, object]]], place: Place) -> tuple[str, ...]:
    """Return which legal holds cover a place, sorted.

    `facts` are type and data, as JSON has them, of the stream of holds in order.
    """
    placed: dict[str, Mapping[str, object]] = {}
    freed: dict[str, set[str]] = {}
    ended: set[str] = set()
    for name, data in facts:
        hold = str(data["hold"])
        if name == PLACED:
            placed[hold] = data
        elif name == RELEASED:
            freed.setdefault(hold, set()).update(_scope(data))
            if data["whole"]:
                ended.add(hold)
    return tuple(
        sorted(
            hold
            for hold, data in placed.items()
            if hold not in ended and _covers(data, freed.get(hold, set()), place)
        )
    )


def _covers(data: Mapping[str, object], freed: set[str], place: Place) -> bool:
    begins, ends = data.get("happened_from"), data.get("happened_to")
    if begins is not None and place.ends_on < date.fromisoformat(str(begins)):
        return False
    if ends is not None and place.begins_on > date.fromisoformat(str(ends)):
        return False
    named = _scope(data)
    return not named or bool((named - freed) & {*place.subjects, _of_stream(place.stream)})


def _scope(data: Mapping[str, object]) -> set[str]:
    units, streams = data.get("units"), data.get("streams")
    return {
        *(subject("unit", str(each)) for each in (units if isinstance(units, list) else ())),
        *(_of_stream(str(each)) for each in (streams if isinstance(streams, list) else ())),
    }


def _of_stream(stream: str) -> str:
    return f"stream\x1f{stream}"
