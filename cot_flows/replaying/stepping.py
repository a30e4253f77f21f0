"""A district's history played forward: at each position the event, and the rows it changed.

Before and after are looked at on the day of the event, so that a step shows what the event did and
not what the passing of days does to ages. Rows are computed from the log, never stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotConfigured
from cot_flows.moments import parse_when
from cot_flows.replaying.difference import concerns, only_of
from domain.ids import subject
from domain.message import ALL_SUBJECTS
from events.envelope import Head, RecordedEvent
from projections.catalogue import PROJECTIONS
from projections.comparing import RowChange, Seen, changed_rows

PAGE = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One position of a history: the event recorded there, and the rows it changed."""

    recorded: RecordedEvent
    changes: tuple[RowChange, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The positions that are played: after one, up to and including another; of one unit or all."""

    after: int
    up_to: int
    unit: str | None = None


def span(engine: Engine, head: Head, begin: str | None, end: str | None, unit: str | None) -> Span:
    """Return the positions between two places, each a position or a day; both are played too.

    Raises NotConfigured for a text that is neither, or a beginning after the end.
    """
    after = 0 if begin is None else _place(engine, head, begin, first=True) - 1
    up_to = head.position if end is None else _place(engine, head, end, first=False)
    if after > up_to:
        raise NotConfigured(f"{begin} comes after {end}: give the earlier one as --from")
    return Span(after, up_to, unit)


def _place(engine: Engine, head: Head, text: str, *, first: bool) -> int:
    if text.isascii() and text.isdigit() and len(text) < len("20260301"):
        return min(max(int(text), 1), head.position)
    when = parse_when(text, ZoneInfo(head.time_zone))
    if not first:
        return engine.store.position_known_at(head.district, when)
    if isinstance(when, datetime):
        return min(engine.store.position_known_at(head.district, when) + 1, head.position)
    begins = datetime(when.year, when.month, when.day, tzinfo=ZoneInfo(head.time_zone))
    if begins <= head.recorded_at:
        return engine.store.position_known_at(head.district, begins) + 1
    raise NotConfigured(f"nothing was recorded on {text} or later: begin earlier")


def steps(engine: Engine, head: Head, played: Span) -> Iterator[Step]:
    """Yield a history's steps in order; of one unit those that name it or change a row of it.

    Events are read a page at a time, and rows only when a step is asked for.
    """
    after = played.after
    while after < played.up_to:
        limit = min(PAGE, played.up_to - after)
        page = engine.store.read_log(head.district, after=after, limit=limit)
        for each in page:
            step = _step(engine, head, each, played.unit)
            if step is not None:
                yield step
        after += limit


def _step(engine: Engine, head: Head, recorded: RecordedEvent, unit: str | None) -> Step | None:
    named = unit is None or subject("unit", unit) in recorded.subjects
    if not named and not any(_may_reach(name) for name in recorded.subjects):
        return None
    changes = changes_of(engine, head, recorded, unit)
    if unit is not None:
        changes = tuple(each for each in changes if concerns(each, unit))
    return Step(recorded, changes) if named or changes else None


def _may_reach(name: str) -> bool:
    """Say whether an event about a subject may change rows of units that it does not name."""
    return name == ALL_SUBJECTS or not name.startswith(("unit:", "actor:", "notice:"))


def changes_of(
    engine: Engine, head: Head, recorded: RecordedEvent, unit: str | None = None
) -> tuple[RowChange, ...]:
    """Return the rows that an event changed, as they looked on the day it was recorded.

    A unit that is named narrows what is computed; rows of others may be among the answer still.
    """
    day = recorded.recorded_at.astimezone(ZoneInfo(head.time_zone)).date()
    before, after = Seen(recorded.position - 1, day), Seen(recorded.position, day)
    found: list[RowChange] = []
    for projection in PROJECTIONS:
        with engine.reading() as connection:
            only = only_of(projection, unit)
            found += changed_rows(connection, projection, head.district, before, after, only=only)
    return tuple(found)
