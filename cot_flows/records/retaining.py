"""What is due for disposition under the adopted rules, and disposing of it, held records apart."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cot_flows.handling import Handling, Request, folded
from cot_flows.naming import Naming
from cot_flows.records.holding import whole_log
from domain.errors import Rejected
from domain.hold import HOLDS
from domain.ids import derived_id, subject
from domain.message import Named
from domain.retention import RETENTION, DisposeRecords, RetentionState, kept_until
from events.envelope import Head, RecordedEvent
from events.store import Appended, EventStore

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class DueItem:
    """One event whose time is up: under which rule, since when, and whether it is held."""

    rule: str
    citation: str
    position: int
    event_id: UUID
    event_type: str
    fields: tuple[str, ...]
    kept_until: date
    held_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disposed:
    """What a run of retention did: recorded positions, values removed, and what was refused."""

    positions: tuple[int, ...]
    events: int
    values: int
    refused: tuple[str, ...]
    held: int


def rules_in_force(store: EventStore, district: str) -> RetentionState:
    """Return the rules of retention of a district; without rules nothing is ever due."""
    state = folded(RETENTION, store.read_stream(district, RETENTION))
    return state if isinstance(state, RetentionState) else RetentionState()


def today_of(head: Head, now: Callable[[], datetime]) -> date:
    """Return the day in a district, by its log's clock."""
    moment = head.recorded_at if head.clock == "simulated" else now()
    return moment.astimezone(ZoneInfo(head.time_zone)).date()


def due_items(
    store: EventStore, district: str, today: date, *, rule: str | None = None
) -> list[DueItem]:
    """Return the events whose values are due for disposition on a day, held ones included."""
    state = rules_in_force(store, district)
    if not state.rules:
        return []
    return [
        item
        for named in _all_named(store, district)
        if (item := _due(state, named, today)) is not None and rule in (None, item.rule)
    ]


def _due(state: RetentionState, named: Named, today: date) -> DueItem | None:
    rule = state.rule_for(named.type, named.classes)
    if rule is None or not named.on_record or today <= kept_until(rule, named):
        return None
    return DueItem(
        rule=rule.rule,
        citation=rule.citation,
        position=named.position,
        event_id=named.event_id,
        event_type=named.type,
        fields=named.on_record,
        kept_until=kept_until(rule, named),
        held_by=named.held_by,
    )


def _all_named(store: EventStore, district: str) -> Iterator[Named]:
    zone = store.head(district).time_zone
    naming = Naming(store, district, zone, None, store.read_stream(district, HOLDS))
    about = _later(store, district)
    for each in whole_log(store, district):
        yield naming.of(each, about.get(each.event_id, ()))


def _later(store: EventStore, district: str) -> dict[UUID, list[RecordedEvent]]:
    """Return the events that withdraw from or classify others, by the id of the other."""
    every = [subject(kind, "all") for kind in ("redactions", "dispositions", "classifications")]
    found: dict[UUID, list[RecordedEvent]] = {}
    for each in store.read_subjects(district, every):
        for named in each.subjects:
            kind, _, event_id = named.partition(":")
            if kind == "event":
                found.setdefault(UUID(event_id), []).append(each)
    return found


@dataclass(frozen=True, slots=True)
class Disposing:
    """Disposes of what is due in one district, for one person with another's approval."""

    store: EventStore
    now: Callable[[], datetime]
    district: str
    actor: str
    approved_by: str | None
    reason: str | None = None

    def dispose(self, items: Sequence[DueItem], today: date) -> Disposed:
        """Dispose of the items that nothing holds; the attempt on held ones is refused on record.

        Raises Rejected, and then nothing of that rule's batch was disposed of. Run twice on a day
        it does nothing twice.
        """
        free = [item for item in items if not item.held_by]
        held = [item for item in items if item.held_by]
        positions: list[int] = []
        for batch in _batches(free):
            positions += self._disposed(batch, today).positions
        refused: list[str] = []
        for batch in _batches(held):
            try:
                self._disposed(batch, today)
            except Rejected as refusal:
                refused.append(refusal.message)
        values = sum(len(item.fields) for item in free)
        return Disposed(tuple(positions), len(free), values, tuple(refused), len(held))

    def _disposed(self, batch: Sequence[DueItem], today: date) -> Appended:
        rule = batch[0].rule
        ids = tuple(item.event_id for item in batch)
        # Of what it disposes of and the day: the same run again is the same request.
        event_id = derived_id(self.district, "disposition", rule, str(today), *map(str, ids))
        command = DisposeRecords(disposition=f"D-{today}-{event_id}", rule=rule, events=ids)
        asked = Request(
            command=command,
            event_id=event_id,
            actor=self.actor,
            approved_by=self.approved_by,
            reason=self.reason,
        )
        head = self.store.head(self.district)
        at = head.recorded_at if head.clock == "simulated" else None
        return Handling(self.store, self.now).handle(self.district, asked, recorded_at=at)


def _batches(items: Sequence[DueItem]) -> Iterator[list[DueItem]]:
    for rule in dict.fromkeys(item.rule for item in items):
        of_rule = [item for item in items if item.rule == rule]
        for first in range(0, len(of_rule), MOST_AT_ONCE):
            yield of_rule[first : first + MOST_AT_ONCE]
