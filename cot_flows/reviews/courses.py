"""What the facts of one stream say about a date: where it stands, and how often it has moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from events.active import active
from events.envelope import RecordedEvent

HELD = frozenset({"ReviewHeld", "ReviewClosed", "ReviewMerged", "ReviewCancelled", "ReviewLapsed"})
"""After one of these a review's date says nothing any more."""

OF_ANOTHER_DATE = frozenset(
    {"ReviewReminderSent", "ReviewEscalated", "ReviewLapsed", "EffectCheckDue"}
)
"""Facts of a review whose `due_on` is not the day of the review itself: of its packet, its effect,
or the day it had been due."""


@dataclass(frozen=True, slots=True)
class Course:
    """One stream's date. `moves` never falls: it counts corrections and retractions too.

    `facts` are those that count; `opened_at` and `changed_at` when the first and the last event
    were recorded, `changed_on` the day on which the last one happened.
    """

    due_on: date | None
    moves: int
    facts: tuple[RecordedEvent, ...]
    opened_at: datetime
    changed_at: datetime
    changed_on: date

    def last(self, field: str) -> object:
        """Return what the last fact that has such a field says in it, or None."""
        found = [getattr(each.event, field) for each in self.facts if hasattr(each.event, field)]
        return found[-1] if found else None

    def has(self, *types: str) -> bool:
        """Say whether a fact of one of these types counts."""
        return any(each.type_name in types for each in self.facts)


def course_of(events: Sequence[RecordedEvent]) -> Course:
    """Return the course of a stream's date from its events in order; there must be one."""
    moves, standing = 0, _due_on(events[:1])
    for count in range(2, len(events) + 1):
        due_on = _due_on(events[:count])
        moves += due_on != standing
        standing = due_on
    return Course(
        due_on=standing,
        moves=moves,
        facts=tuple(active(events)),
        opened_at=events[0].recorded_at,
        changed_at=events[-1].recorded_at,
        changed_on=events[-1].occurred_on,
    )


def _due_on(events: Sequence[RecordedEvent]) -> date | None:
    """Return the date that stands after these events: the last that any of them sets."""
    standing: date | None = None
    for each in active(events):
        if each.type_name in HELD:
            break
        if sets_date(each):
            standing = getattr(each.event, "due_on", None)
    return standing


def sets_date(recorded: RecordedEvent) -> bool:
    """Say whether an event sets its stream's date: one of any type that carries a `due_on`."""
    return hasattr(recorded.event, "due_on") and recorded.type_name not in OF_ANOTHER_DATE
