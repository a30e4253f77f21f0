"""The open work of a unit: its activities and action items that are neither done nor given up.

Folded from all facts that concern the unit, whatever their streams.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from domain import ids
from domain.facts.action import (
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemOpened,
    ActionItemReassigned,
)
from domain.facts.activity import (
    ActivityAbandoned,
    ActivityCompleted,
    ActivityPlanned,
    ActivityReassigned,
)
from domain.message import Happened
from domain.world import State


@dataclass(frozen=True, slots=True)
class OpenWork(State):
    """Open items, such as `activity:A-7` or `action:X-3`, each with the units it is of."""

    category: ClassVar[str] = "unit:"

    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def stream(cls, identifier: str) -> str:
        """Return the subject of the unit: its facts are gathered from all streams."""
        return ids.subject("unit", identifier)

    def of(self, unit: str) -> tuple[str, ...]:
        """Return the open items of a unit, sorted."""
        return tuple(sorted(item for item, units in self.items.items() if unit in units))


initial = OpenWork()


def evolve(state: OpenWork, happened: Happened) -> OpenWork:
    """Return the state after one more fact that concerns the unit."""
    match happened.event:
        case (
            ActivityPlanned(activity=activity, units=units)
            | ActivityReassigned(activity=activity, units=units)
        ):
            return _with(state, ids.subject("activity", activity), units)
        case (
            ActionItemOpened(action=action, unit=unit)
            | ActionItemReassigned(action=action, unit=unit)
        ):
            units = () if unit is None else (unit,)
            return _with(state, ids.subject("action", action), units)
        case ActivityCompleted(activity=activity) | ActivityAbandoned(activity=activity):
            return _with(state, ids.subject("activity", activity), ())
        case ActionItemCompleted(action=action) | ActionItemDropped(action=action):
            return _with(state, ids.subject("action", action), ())
        case _:
            return state


def _with(state: OpenWork, item: str, units: tuple[str, ...]) -> OpenWork:
    return replace(state, items={**state.items, item: units})
