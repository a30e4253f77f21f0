"""Whose an activity or an action item is, by when it is due and whether it is done, in Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.facts.action import (
    ActionItemAccepted,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueDateMoved,
    ActionItemEscalated,
    ActionItemOpened,
    ActionItemReassigned,
    ActionItemVerified,
)
from domain.facts.activity import (
    ActivityAbandoned,
    ActivityCompleted,
    ActivityPlanned,
    ActivityReassigned,
    ActivityStarted,
)
from domain.facts.reorganization import UnitDissolved, UnitsMerged, UnitSplit
from domain.message import DomainEvent
from events.envelope import RecordedEvent

Activity = ActivityPlanned | ActivityStarted | ActivityCompleted | ActivityAbandoned
"""What of an activity keeps a unit from being stalled."""

WAYS = {UnitsMerged: "merged", UnitSplit: "split", UnitDissolved: "dissolved"}


@dataclass
class Ended:
    """How a unit ended."""

    on: date
    way: str
    successors: tuple[str, ...]


@dataclass
class Work:
    """An activity or an action item, as the last facts about it say."""

    on_record: bool = False
    owners: list[tuple[str, ...]] = field(default_factory=list)
    told: list[tuple[int, DomainEvent, date]] = field(default_factory=list)
    owner: str | None = None
    accepted: bool = False
    due_on: date | None = None
    escalated: str | None = None
    status: str = "open"
    finished_by: DomainEvent | None = None
    finished_on: date | None = None

    def add(self, event: DomainEvent, day: date) -> None:
        """Take in one more fact about it."""
        self.told.append((len(self.owners), event, day))
        self._give(event)
        match event:
            case ActivityPlanned(due_on=due) | ActionItemOpened(due_on=due):
                self.on_record, self.due_on = True, due
            case ActionItemAccepted():
                self.accepted = True
            case ActionItemDueDateMoved(due_on=due):
                self.due_on, self.escalated = due, None
            case ActionItemEscalated(level=level):
                self.escalated = level
            case ActionItemVerified():
                self.status = "verified"
            case (
                ActivityCompleted()
                | ActivityAbandoned()
                | ActionItemCompleted()
                | ActionItemDropped()
            ):
                self.finished_by, self.finished_on = event, day
                self.status = event.type_name().removeprefix("ActionItem").lower()

    def _give(self, event: DomainEvent) -> None:
        match event:
            case ActivityPlanned(units=units) | ActivityReassigned(units=units):
                self.owners.append(units)
            case ActionItemOpened(unit=unit) | ActionItemReassigned(unit=unit):
                self.owners.append(() if unit is None else (unit,))
            case _:
                return
        self.owner = event.owner
        if isinstance(event, ActionItemReassigned):
            self.accepted = False
        # Those who are given it are told so themselves.
        _, _, day = self.told[-1]
        self.told[-1] = (len(self.owners), event, day)


def endings(counting: Sequence[RecordedEvent]) -> dict[str, Ended]:
    """Return how each ended unit ended."""
    found: dict[str, Ended] = {}
    for each in counting:
        if isinstance(each.event, UnitsMerged | UnitSplit | UnitDissolved):
            way = WAYS[type(each.event)]
            for unit in each.event.ending():
                found[unit] = Ended(each.effective_from, way, each.event.succeeding())
    return found


def holder(ended: Mapping[str, Ended], unit: str, day: date | None) -> str:
    """Return who has what was a unit's on a day, or has it now."""
    seen = {unit}
    while unit in ended:
        ending = ended[unit]
        if ending.successors[0] in seen or (day is not None and ending.on > day):
            break
        unit = ending.successors[0]
        seen.add(unit)
    return unit


def all_work(counting: Sequence[RecordedEvent]) -> dict[str, Work]:
    """Return every activity and action item that is on record."""
    items: dict[str, Work] = {}
    for each in counting:
        for kind in ("activity", "action"):
            identifier = getattr(each.event, kind, None)
            if identifier is not None:
                work = items.setdefault(f"{kind}:{identifier}", Work())
                work.add(each.event, each.effective_from)
    return {item: work for item, work in items.items() if work.on_record}


def held_by(work: Work, ended: Mapping[str, Ended]) -> set[str]:
    """Return the units an item belongs to: as it was finished, or as it stands."""
    return {holder(ended, unit, work.finished_on) for unit in work.owners[-1]}


def active_days(work: Work, ended: Mapping[str, Ended]) -> dict[str, date]:
    """Return the last day of work on an activity in each unit that had it then."""
    days: dict[str, date] = {}
    for turn, event, day in work.told:
        if isinstance(event, Activity):
            for unit in work.owners[max(turn, 1) - 1]:
                had = holder(ended, unit, day)
                days[had] = max(days.get(had, day), day)
    return days


def expected_activities(counting: Sequence[RecordedEvent]) -> dict[str, dict[str, object]]:
    """Return whose each planned activity is, by its id."""
    ended = endings(counting)
    return {
        item.removeprefix("activity:"): {
            "owner": work.owner,
            "units": list(
                dict.fromkeys(holder(ended, unit, work.finished_on) for unit in work.owners[-1])
            ),
        }
        for item, work in all_work(counting).items()
        if item.startswith("activity:")
    }


def expected_actions(counting: Sequence[RecordedEvent]) -> dict[str, dict[str, object]]:
    """Return how each action item stands, by its id."""
    return {
        item.removeprefix("action:"): {
            "owner": work.owner,
            "unit": next(iter(work.owners[-1]), None),
            "accepted": work.accepted,
            "due_on": str(work.due_on),
            "escalated_to": work.escalated,
            "status": work.status,
        }
        for item, work in all_work(counting).items()
        if item.startswith("action:")
    }
