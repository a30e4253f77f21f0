"""A unit's open work, as handling gathers it from a log: over streams, corrections, repetitions."""

from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from uuid import UUID

import pytest

from cot_flows.handling import Handling, Request
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.activity import PlanActivity
from domain.correction import RetractFact
from domain.errors import Rejected
from domain.facts.every import EVENT_TYPES
from domain.facts.reorganization import HandedOver
from domain.ids import derived_id
from domain.message import Command
from domain.reorganization import MergeUnits
from domain.unit import RegisterUnit
from events.codec import Codec
from events.memory import MemoryStore
from events.store import Appended

NOW = datetime(2026, 6, 15, 18, tzinfo=UTC)
DISTRICT = "testburg"


class Log:
    """A log in memory with the units FED, PRO and PRG, and an activity of FED."""

    def __init__(self) -> None:
        numbers = count(1)
        codec = Codec(EVENT_TYPES, lambda: sha256(str(next(numbers)).encode()).digest()[:16])
        self.store = MemoryStore(codec, lambda: NOW)
        plan = DistrictPlan(
            district=DISTRICT,
            name="Testburg Unified",
            time_zone="UTC",
            people=(Person("s-1", "steward"), Person("h-1", "head")),
            policies=(),
        )
        set_up_district(self.store, plan)
        self.handling = Handling(self.store, lambda: NOW)
        for code in ("FED", "PRO", "PRG"):
            self.record(code, RegisterUnit(unit=code, name=code))
        self.record("plan", planned("FED"))

    def record(
        self, name: str, command: Command, corrects: UUID | None = None, reason: str | None = None
    ) -> Appended:
        """Record a command under an id made from a name."""
        request = Request(command, derived_id(name), "s-1", corrects=corrects, reason=reason)
        return self.handling.handle(DISTRICT, request)


def planned(unit: str) -> PlanActivity:
    return PlanActivity(
        activity="A1",
        title="An activity",
        units=(unit,),
        dimension=3,
        owner="s-1",
        starts_on=date(2026, 6, 1),
        due_on=date(2026, 8, 1),
    )


def merge(*work: HandedOver) -> MergeUnits:
    return MergeUnits(units=("FED", "PRO"), successor="PRG", board_reference="Item 12", work=work)


A1 = HandedOver(item="activity:A1", unit="PRG", owner="h-1")


def test_a_merger_that_forgets_open_work_is_refused_and_records_nothing() -> None:
    log = Log()
    before = log.store.head(DISTRICT).position
    with pytest.raises(Rejected) as caught:
        log.record("merge", merge())
    assert caught.value.rule == "open_work_without_successor"
    assert log.store.head(DISTRICT).position == before


def test_a_merger_and_the_work_it_hands_over_are_recorded_together_once() -> None:
    log = Log()
    first = log.record("merge", merge(A1))
    again = log.record("merge", merge(A1))
    assert len(first.positions) == 2
    assert (again.positions, again.recognised) == (first.positions, True)
    events = log.store.read_stream(DISTRICT, "activity-A1")
    assert [each.type_name for each in events] == ["ActivityPlanned", "ActivityReassigned"]
    assert {"unit:FED", "unit:PRG"} <= set(events[-1].subjects)


def test_a_plan_corrected_to_another_unit_is_not_asked_for() -> None:
    log = Log()
    log.record("correct", planned("PRG"), derived_id("plan"), "the wrong unit")
    log.record("merge", merge())


def test_a_plan_that_was_taken_back_is_not_asked_for() -> None:
    log = Log()
    command = RetractFact(event_id=derived_id("plan"), stream="activity-A1")
    log.record("retract", command, reason="never agreed")
    log.record("merge", merge())
