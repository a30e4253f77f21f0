"""What falls due in a district: reviews, action items, the ends of holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.school_calendar import SchoolCalendar

ENDED = frozenset({"closed", "cancelled", "merged", "lapsed"})
"""Statuses of a review that is open no more."""

HAPPENED = frozenset({"held", "decided", "closed"})
"""Statuses of a review that was held: it cannot be late any more."""


@dataclass(frozen=True, slots=True)
class ReviewDeadline:
    """A review and its date. `why` are the facts of its first cause, in words.

    `moves` counts how often its date has moved; `packet` says that its packet is frozen.
    """

    review: str
    review_type: str
    about: str
    title: str
    status: str
    policy: str
    due_on: date
    why: tuple[str, ...]
    packet: bool
    moves: int
    opened_at: datetime
    changed_at: datetime
    ended_on: date | None

    @property
    def awaited(self) -> bool:
        """Say whether people still have to meet."""
        return self.status not in ENDED | HAPPENED


@dataclass(frozen=True, slots=True)
class ActionDeadline:
    """An action item and its date; `moves` as for a review."""

    action: str
    title: str
    review: str
    unit: str | None
    owner: str
    due_on: date
    state: Literal["open", "completed", "dropped"]
    critical: bool
    moves: int
    opened_at: datetime
    changed_at: datetime
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class HoldEnd:
    """The last day of a unit's hold; `event_id` names the hold, `lifted` that it ended earlier."""

    unit: str
    event_id: str
    until: date
    lifted: bool
    moves: int
    opened_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Deadlines:
    """All dates of a district, as known at `position`, recorded at `time`, on `day`.

    `heads` are the heads of units by code. `simulated` says that the log's clock is not real.
    """

    district: str
    position: int
    time: datetime
    day: date
    simulated: bool
    calendar: SchoolCalendar
    heads: Mapping[str, str]
    units: Mapping[str, str]
    reviews: tuple[ReviewDeadline, ...]
    actions: tuple[ActionDeadline, ...]
    holds: tuple[HoldEnd, ...]
