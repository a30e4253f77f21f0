"""Legal holds as they stand, with how much of the record each covers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cot_flows.handling import folded
from cot_flows.naming import facts_on_holds, fields_of, place_of
from domain.facts.hold import LegalHoldPlaced
from domain.hold import HOLDS, HoldState
from events.envelope import RecordedEvent
from events.store import EventStore
from events.withdrawal import holds_over

PAGE = 1000


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One legal hold: its scope as placed, what of it is still held, and what that covers.

    `events` counts the events covered, `values` their personal values on record; `ended` says that
    the whole hold was released.
    """

    hold: str
    matter: str
    authority: str
    placed_on: date
    placed_by: str
    units: tuple[str, ...]
    streams: tuple[str, ...]
    units_held: tuple[str, ...]
    streams_held: tuple[str, ...]
    happened_from: date | None
    happened_to: date | None
    ended: bool
    events: int
    values: int


def hold_rows(store: EventStore, district: str) -> list[HoldRow]:
    """Return every legal hold of a district, in the order in which they were placed."""
    recorded = store.read_stream(district, HOLDS)
    state = folded(HOLDS, recorded)
    if not isinstance(state, HoldState) or not state.holds:
        return []
    covered = _covered(store, district, recorded)
    rows: list[HoldRow] = []
    for each in recorded:
        placed = each.event
        if isinstance(placed, LegalHoldPlaced):
            held = state.holds[placed.hold]
            events, values = covered.get(placed.hold, (0, 0))
            rows.append(
                HoldRow(
                    hold=placed.hold,
                    matter=placed.matter,
                    authority=placed.authority,
                    placed_on=each.occurred_on,
                    placed_by=each.actor,
                    units=placed.units,
                    streams=placed.streams,
                    units_held=() if held.ended else held.units,
                    streams_held=() if held.ended else held.streams,
                    happened_from=placed.happened_from,
                    happened_to=placed.happened_to,
                    ended=held.ended,
                    events=events,
                    values=values,
                )
            )
    return rows


def _covered(
    store: EventStore, district: str, holds: list[RecordedEvent]
) -> dict[str, tuple[int, int]]:
    facts = facts_on_holds(holds)
    counts: dict[str, tuple[int, int]] = {}
    for each in whole_log(store, district):
        on_record = len(set(fields_of(each)) - each.withheld)
        for hold in holds_over(facts, place_of(each)):
            events, values = counts.get(hold, (0, 0))
            counts[hold] = (events + 1, values + on_record)
    return counts


def whole_log(store: EventStore, district: str) -> Iterator[RecordedEvent]:
    """Yield every event of a district in order, read a page at a time."""
    after = 0
    while page := store.read_log(district, after=after, limit=PAGE):
        yield from page
        after = page[-1].position
