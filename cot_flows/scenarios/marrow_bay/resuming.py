"""Where a replay goes on: how many of the story's steps a log holds, read from the log itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cot_flows.errors import CotError
from cot_flows.scenarios.marrow_bay.timeline import steps
from events.envelope import RecordedEvent
from events.store import EventStore

_PAGE = 1000


class ScenarioFailed(CotError):
    """The scenario met a log or a rule that does not fit its story; nothing more was played."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """How far a log tells the story: its first `steps`, in so many `events`.

    `reached` is where its clock stands.
    """

    steps: int
    events: int
    reached: datetime


def resumed(store: EventStore, district: str, id_of: Callable[[str], UUID]) -> Resumed:
    """Return how far a district's log tells the story; `id_of` gives the event id of a step's name.

    A step that is to be refused leaves no event: it counts as taken when a later one is there.
    Raises ScenarioFailed when the steps that are there are not the first ones, in their order.
    """
    reached = store.head(district).recorded_at
    told = [each for each in _log(store, district) if each.source == "scenario"]
    expected = [
        (number, id_of(step.name))
        for number, step in enumerate(steps(), start=1)
        if step.refused is None
    ]
    # The further events of a step share its id as their correlation, and were recorded with it.
    first_events = [each for each in told if each.event_id == each.correlation_id]
    for (_, event_id), each in zip(expected, first_events, strict=False):
        if each.event_id != event_id:
            raise ScenarioFailed(
                f"the log of {district} tells another story from position {each.position} on, "
                f"recorded as {type(each.event).__name__}: it was played by another release; play "
                "into a home or a district of its own"
            )
    if len(first_events) > len(expected):
        raise ScenarioFailed(f"the log of {district} tells more than this story; use another home")
    taken = expected[len(first_events) - 1][0] if first_events else 0
    return Resumed(taken, len(told), reached)


def _log(store: EventStore, district: str) -> list[RecordedEvent]:
    found: list[RecordedEvent] = []
    while page := store.read_log(district, after=len(found), limit=_PAGE):
        found += page
    return found
