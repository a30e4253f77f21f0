"""A district with a simulated clock in which reviews run their course, day after day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.handling import Handling, Request
from cot_flows.reviews.advancing import freezing
from cot_flows.reviews.cycle import CycleReport, advance
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.facts.review import TriggerFact
from domain.ids import derived_id
from domain.message import Command, DomainEvent
from domain.review import CloseReview, HoldReview, RecordDecision, TriggerReview
from events.envelope import NewEvent, RecordedEvent
from events.store import ANY_VERSION, StreamWrite
from projections.checkpoint import FailPoint, no_fail_point
from tests.support.samples import DIGEST

BEGAN = date(2025, 10, 1)
DUE = date(2025, 10, 24)
DAY = timedelta(days=1)


def moment(day: date, hour: int) -> datetime:
    """Return an hour of a day; the district's time zone is UTC."""
    return datetime.combine(day, time(hour), UTC)


@dataclass
class Reviewing:
    """One district: people speak at noon, the scheduler runs at ten in the evening."""

    engine: Engine
    district: str
    number: int = 0

    def begin(self, *policies: str, units: tuple[str, ...] = ("HR", "IT")) -> "Reviewing":
        """Set the district up on its first day."""
        plan = DistrictPlan(
            district=self.district,
            name="Testburg Unified",
            time_zone="UTC",
            people=(Person("a-steward", "steward"), Person("a-chair", "chair")),
            clock="simulated",
            begins_at=moment(BEGAN, 8),
            units=units,
            policies=policies,
        )
        set_up_district(self.engine.store, plan)
        return self

    def say(self, day: date, command: Command, *, reason: str | None = None) -> None:
        """Let the steward record something."""
        self.number += 1
        request = Request(
            command=command,
            event_id=derived_id("said", self.district, str(self.number)),
            actor="a-steward",
            occurred_on=day,
            reason=reason,
        )
        handling = Handling(self.engine.store, utc_now)
        handling.handle(self.district, request, recorded_at=moment(day, 12))

    def put(self, day: date, stream: str, event: DomainEvent) -> None:
        """Put a fact into the log whatever the rules say of it."""
        self.number += 1
        new = NewEvent(
            event=event,
            event_id=derived_id("put", self.district, str(self.number)),
            occurred_on=day,
            precision="day",
            effective_from=day,
            actor="a-steward",
            source="cli",
            correlation_id=UUID(int=self.number),
            subjects=tuple(sorted(event.subjects())),
        )
        write = StreamWrite(stream, (new,), ANY_VERSION)
        self.engine.store.append(self.district, [write], recorded_at=moment(day, 12))

    def open(self, day: date, review: str, due_on: date = DUE, about: str = "unit:HR") -> None:
        """Open an event-driven review."""
        self.say(
            day,
            TriggerReview(
                review=review,
                review_type="R6",
                about=about,
                title="Nothing has moved",
                due_on=due_on,
                policy="called-by-steward",
                rule="called-by-steward",
                rule_digest=DIGEST,
                cause_key=review,
                as_of_position=1,
                as_of_date=day,
                facts=(TriggerFact(position=1, shows="it changed"),),
            ),
        )

    def freeze(self, day: date, review: str) -> None:
        """Let the steward freeze a packet as known now."""
        position = self.engine.store.head(self.district).position
        self.say(day, freezing(self.engine, self.district, review, position, day))

    def hold(self, day: date, review: str) -> None:
        """Hold a review, decide and close it."""
        self.say(day, HoldReview(review=review, present=("a-chair", "a-steward")))
        self.say(
            day,
            RecordDecision(review=review, decision="change", title="Go on", insufficient=True),
        )
        self.say(day, CloseReview(review=review))

    def night(self, day: date, fail_point: FailPoint = no_fail_point) -> CycleReport:
        """Let the scheduler run."""
        at = moment(day, 22)
        return advance(self.engine, self.district, recorded_at=at, fail_point=fail_point)

    def nights(self, first: date, last: date) -> None:
        """Let the scheduler run every night from one day to another."""
        while first <= last:
            self.night(first)
            first += DAY

    def events(self) -> list[RecordedEvent]:
        """Return the whole log."""
        return self.engine.store.read_log(self.district, after=0, limit=100_000)

    def course(self, review: str) -> list[tuple[str, date]]:
        """Return the facts of one review, each with the day on which it occurred."""
        stream = self.engine.store.read_stream(self.district, f"review-{review}")
        return [(each.type_name, each.occurred_on) for each in stream]

    def scheduled(self) -> list[tuple[str, str, date]]:
        """Return what the scheduler recorded: stream, type and day."""
        return [
            (each.stream, each.type_name, each.occurred_on)
            for each in self.events()
            if each.source == "scheduler"
        ]
