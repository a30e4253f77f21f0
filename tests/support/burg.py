"""A small district with a simulated clock, whose reviews and action items a test dates by hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.calendar_feed.asking import calendar
from cot_flows.handling import Handling, Request
from cot_flows.moments import Moment, resolve_moment
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.action import OpenActionItem
from domain.actor import RegisterActor
from domain.district import CharterStewardshipTeam
from domain.facts.review import TriggerFact
from domain.ids import derived_id
from domain.message import Command
from domain.review import HoldReview, TriggerReview
from domain.review_course import FreezeReviewPacket
from domain.unit import AssignUnitHead
from tests.support.samples import DIGEST

DISTRICT = "testburg"
BEGINS = date(2025, 9, 1)
"""Labor Day: closed."""

FIRST = date(2025, 9, 2)
PEOPLE = {
    "s-1": "steward",
    "c-1": "chair",
    "sup-1": "superintendent",
    "hr-1": "head",
    "it-1": "head",
    "own-1": "analyst",
}


def noon(day: date) -> datetime:
    """The middle of a day, which is the same day in the district."""
    return datetime.combine(day, time(12), UTC)


@dataclass
class Burg:
    """Records in a district; `day` is when."""

    engine: Engine
    day: date = FIRST
    count: int = 0

    def record(self, command: Command, **more: Any) -> UUID:
        """Record what a command leads to, and return the id of the request."""
        self.count += 1
        event_id = derived_id("burg", str(self.count))
        request = Request(command=command, event_id=event_id, actor="s-1", **more)
        handling = Handling(self.engine.store, utc_now)
        handling.handle(DISTRICT, request, recorded_at=noon(self.day))
        return event_id

    def review(
        self, name: str, due_on: date, about: str = "unit:HR", corrects: UUID | None = None
    ) -> UUID:
        """Open a review, or correct how it was opened."""
        command = TriggerReview(
            review=name,
            review_type="R6",
            about=about,
            title=f"Nothing has moved; {name}, here",
            due_on=due_on,
            policy="stalled-unit",
            rule="stalled_unit",
            rule_digest=DIGEST,
            cause_key=name,
            as_of_position=1,
            as_of_date=self.day,
            facts=(TriggerFact(position=1, shows="last fact, on 2025-07-01; none since"),),
        )
        reason = None if corrects is None else "the chair moved it"
        return self.record(command, corrects=corrects, reason=reason)

    def action(self, name: str, review: str, due_on: date, owner: str = "own-1") -> None:
        """Hold a review unless it was held, and open an action item of it."""
        opened = self.engine.store.read_stream(DISTRICT, f"review-{review}")
        if not any(each.type_name == "ReviewHeld" for each in opened):
            self.record(
                FreezeReviewPacket(
                    review=review,
                    digest=DIGEST,
                    as_known_position=1,
                    as_effective_on=self.day,
                    inputs=("unit: 1 row",),
                )
            )
            self.record(HoldReview(review=review, present=("s-1",)))
        self.record(
            OpenActionItem(
                action=name,
                title=f"Do {name}",
                review=review,
                unit="HR",
                owner=owner,
                due_on=due_on,
                shows_it_worked="It is done",
            )
        )

    def go_to(self, day: date) -> None:
        """Let a day come, by a fact of that day that concerns no date."""
        self.day = day
        self.record(RegisterActor(actor=f"guest-{self.count}", role="guest"))

    def moment(self) -> Moment:
        """The moment at which the district stands."""
        return resolve_moment(self.engine, self.engine.store.head(DISTRICT), None, None)

    def calendar(self) -> bytes:
        """The district's calendar now."""
        return calendar(self.engine, self.moment())


def burg(engine: Engine) -> Burg:
    """Set the district up: two units with heads, a team, no policies that open reviews."""
    plan = DistrictPlan(
        district=DISTRICT,
        name="Testburg Unified",
        time_zone="UTC",
        people=tuple(Person(actor, role) for actor, role in PEOPLE.items()),
        clock="simulated",
        begins_at=noon(BEGINS),
        units=("HR", "IT"),
        policies=("stalled-unit",),
    )
    set_up_district(engine.store, plan)
    made = Burg(engine)
    made.record(CharterStewardshipTeam(chair="c-1", members=("s-1", "own-1")))
    made.record(AssignUnitHead(unit="HR", head="hr-1"))
    made.record(AssignUnitHead(unit="IT", head="it-1"))
    return made
