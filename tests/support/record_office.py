"""A small district in memory whose clock is set by hand, for tests of the record itself."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cot_flows.handling import Handling, Request
from domain.activity import NoteProgress, PlanActivity
from domain.actor import RegisterActor
from domain.district import EstablishDistrict
from domain.errors import Rejected
from domain.ids import derived_id
from domain.message import Command
from domain.unit import RegisterUnit
from events.envelope import RecordedEvent
from events.memory import MemoryStore
from events.store import Appended
from tests.support.golden import golden_codec

BAY = "bay"
BEGINS = datetime(2026, 1, 5, 18, tzinfo=UTC)
PEOPLE = {"s-1": "steward", "c-1": "chair", "u-1": "superintendent", "h-1": "head"}


@dataclass
class Office:
    """A small district whose clock is set by hand."""

    store: MemoryStore
    at: datetime = BEGINS
    count: int = field(default=0)

    def do(self, command: Command, by: str = "s-1", **more: Any) -> Appended:
        """Handle a command a minute later."""
        self.at += timedelta(minutes=1)
        self.count += 1
        event_id = more.pop("event_id", derived_id("office", str(self.count)))
        request = Request(command=command, event_id=event_id, actor=by, **more)
        return Handling(self.store, lambda: self.at).handle(BAY, request, recorded_at=self.at)

    def refused(self, rule: str, command: Command, by: str = "s-1", **more: Any) -> Rejected:
        """Assert that a rule refuses a command."""
        with pytest.raises(Rejected) as caught:
            self.do(command, by, **more)
        assert caught.value.rule == rule, caught.value.message
        return caught.value

    def log(self) -> list[RecordedEvent]:
        """The whole log."""
        return self.store.read_log(BAY, after=0, limit=10_000)

    def last(self) -> RecordedEvent:
        """The last event."""
        return self.log()[-1]

    def event(self, event_id: UUID) -> RecordedEvent:
        """One event."""
        found = self.store.find(BAY, event_id)
        assert found is not None
        return found

    def note(self, activity: str, text: str) -> UUID:
        """Note progress; return the event's id."""
        self.do(NoteProgress(activity=activity, note=text, schools_percent=1), reason="seen")
        return self.last().event_id


def begun() -> Office:
    """Return a district with four people, the units HR and IT, and an activity of each."""
    made = Office(MemoryStore(golden_codec(), lambda: BEGINS))
    made.store.create_log(BAY, clock="simulated", time_zone="UTC", begins_at=BEGINS)
    made.do(EstablishDistrict(name="Bay", time_zone="UTC", clock="simulated"), "setup")
    for person, role in PEOPLE.items():
        made.do(RegisterActor(actor=person, role=role), "setup")
    for unit in ("HR", "IT"):
        made.do(RegisterUnit(unit=unit, name=unit))
        made.do(
            PlanActivity(
                activity=f"A-{unit}",
                title="Desk",
                units=(unit,),
                dimension=3,
                owner="s-1",
                starts_on=date(2026, 1, 5),
                due_on=date(2026, 6, 1),
            )
        )
    return made
