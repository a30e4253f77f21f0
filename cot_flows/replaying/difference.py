"""What changed between two moments of knowledge: which rows, how, and by which events.

Both moments are looked at on one day unless two are named, so that every difference comes from
what was recorded in between and none from the calendar's turning alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotConfigured, UnknownThing
from cot_flows.moments import parse_when
from cot_flows.projecting import day_of
from domain.facts.correction import FactRetracted
from domain.facts.evidence import EvidenceRetracted
from domain.ids import subject
from domain.message import ALL_SUBJECTS
from domain.occurrence import bracket_of
from events.envelope import Head, RecordedEvent
from projections.catalogue import PROJECTIONS, Projection
from projections.comparing import RowChange, Seen, changed_rows

Group = Literal["new", "late", "corrections"]
GROUPS: tuple[Group, ...] = ("new", "late", "corrections")

PAGE = 2000
"""Events that are read from the log at a time."""

CARRIERS = ("evidence:", "activity:", "action:")
"""Subjects by which an event bears on a key that it does not name itself."""


@dataclass(frozen=True, slots=True)
class Known:
    """A moment of knowledge: the last position known, the day it was, and the day looked at."""

    position: int
    known_on: date
    effective_on: date

    @property
    def seen(self) -> Seen:
        """Return the moment as rows are computed for it."""
        return Seen(self.position, self.effective_on)


@dataclass(frozen=True, slots=True)
class Change:
    """A row that differs, and the positions of the events in between that bear on it."""

    row: RowChange
    by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two moments; `events` are those recorded in between, by group.

    Facts that count only from a day after the later moment's are among the events, and change no
    row yet.
    """

    district: str
    before: Known
    after: Known
    unit: str | None
    changes: tuple[Change, ...]
    events: dict[Group, tuple[RecordedEvent, ...]]


def known(engine: Engine, head: Head, text: str | None) -> tuple[int, date]:
    """Return the position and day that `as known at` names; None: all that is known now.

    Raises NotConfigured and TimeNotYetKnown.
    """
    if text is None:
        return head.position, day_of(head)
    zone = ZoneInfo(head.time_zone)
    when = parse_when(text, zone)
    on = when.astimezone(zone).date() if isinstance(when, datetime) else when
    return engine.store.position_known_at(head.district, when), on


def moments(
    engine: Engine, head: Head, first: str, second: str | None, days: Sequence[date]
) -> tuple[Known, Known]:
    """Return the two moments of a question, the earlier first.

    `days` are none (both are looked at on the later one's day), one for both, or one for each in
    the order given. Raises NotConfigured and TimeNotYetKnown.
    """
    if len(days) > len((first, second)):
        raise NotConfigured(f"{len(days)} effective dates are named: give one, or one a moment")
    (one, day_one), (two, day_two) = known(engine, head, first), known(engine, head, second)
    looked = (max(day_one, day_two),) if not days else tuple(days)
    a, b = Known(one, day_one, looked[0]), Known(two, day_two, looked[-1])
    return (a, b) if (a.position, a.known_on) <= (b.position, b.known_on) else (b, a)


def difference(
    engine: Engine, district: str, before: Known, after: Known, *, unit: str | None = None
) -> Difference:
    """Return what differs between two moments, in all projections; of one unit if it is named.

    Raises UnknownThing for a unit that is not on record by the later moment.
    """
    if unit is not None:
        _require_unit(engine, district, unit, after)
    rows: list[RowChange] = []
    for projection in PROJECTIONS:
        with engine.reading() as connection:
            found = changed_rows(
                connection,
                projection,
                district,
                before.seen,
                after.seen,
                only=only_of(projection, unit),
            )
        rows += [each for each in found if unit is None or concerns(each, unit)]
    between = _between(engine, district, before.position, after.position)
    keys = {each.key for each in rows}
    bearing = {key: _by(engine, district, key, between, after.position) for key in keys}
    shown = between
    if unit is not None:
        wanted = {position for by in bearing.values() for position in by}
        named = subject("unit", unit)
        shown = [e for e in between if named in e.subjects or e.position in wanted]
    return Difference(
        district=district,
        before=before,
        after=after,
        unit=unit,
        changes=tuple(Change(each, bearing[each.key]) for each in rows),
        events=grouped(shown, before.known_on),
    )


def grouped(
    events: Iterable[RecordedEvent], known_on: date
) -> dict[Group, tuple[RecordedEvent, ...]]:
    """Return events by group: what corrects or takes back, what is late, what is new.

    Late is what had happened by the earlier moment's day (the last day it may mean) and was
    recorded only afterwards.
    """
    groups: dict[Group, list[RecordedEvent]] = {name: [] for name in GROUPS}
    for each in events:
        groups[_group(each, known_on)].append(each)
    return {name: tuple(found) for name, found in groups.items()}


def only_of(projection: Projection, unit: str | None) -> list[str] | None:
    """Return the keys to which a unit narrows a projection; None: its rows may be of any key."""
    if unit is None or projection.key_kind != "unit":
        return None
    return [subject("unit", unit)]


def concerns(change: RowChange, unit: str) -> bool:
    """Say whether a row is about a unit, before or after."""
    named = subject("unit", unit)
    for row in (change.before, change.after):
        units = None if row is None else row.get("units")
        if isinstance(units, list) and unit in units:
            return True
        if row is not None and row.get("about") == named:
            return True
    return change.key == named


def _group(recorded: RecordedEvent, known_on: date) -> Group:
    takes_back = isinstance(recorded.event, FactRetracted | EvidenceRetracted)
    if recorded.corrects is not None or takes_back:
        return "corrections"
    happened = bracket_of(recorded.occurred_on, recorded.precision)
    return "late" if happened.last <= known_on else "new"


def _between(engine: Engine, district: str, after: int, up_to: int) -> list[RecordedEvent]:
    found: list[RecordedEvent] = []
    while after < up_to:
        limit = min(PAGE, up_to - after)
        found += engine.store.read_log(district, after=after, limit=limit)
        after += limit
    return found


def _by(
    engine: Engine, district: str, key: str, between: list[RecordedEvent], up_to: int
) -> tuple[int, ...]:
    """Return which of some events bear on a key: those that name it, else those linked to it."""
    named = [each.position for each in between if {key, ALL_SUBJECTS} & set(each.subjects)]
    if named:
        return tuple(named)
    carried = {
        name
        for each in engine.store.read_subjects(district, [key], up_to=up_to)
        for name in each.subjects
        if name.startswith(CARRIERS)
    }
    linked = [e.position for e in between if carried & set(e.subjects)]
    ending = [e.position for e in between if "district:all" in e.subjects]
    return tuple(linked or ending)


def _require_unit(engine: Engine, district: str, unit: str, after: Known) -> None:
    key = subject("unit", unit)
    if not engine.store.read_subjects(district, [key], up_to=after.position):
        raise UnknownThing(f"there is no unit {unit!r} in {district} then: see `cot units`")
