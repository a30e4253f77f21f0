"""From a rule's firing to what is recorded of it: the cause, its ids, its slot, its command.

Pure: the sweep and the simulation of a sweep both use it, so that they cannot differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast
from uuid import UUID

from domain.district import ReviewType
from domain.facts.district import ReviewPolicyAdopted
from domain.facts.review import ReviewScheduled, ReviewTriggered, TriggerFact
from domain.facts.review_course import ENDINGS
from domain.ids import derived_id, review_slot
from domain.review import MergeTrigger, ScheduleReview, TriggerReview
from domain.school_calendar import SchoolCalendar
from events.active import active
from events.envelope import RecordedEvent
from projections.rules import Firing, rule_named

SCHEDULER = "scheduler"
"""The service actor under which the sweep records; `cot init` registers it."""


BY_CALENDAR = ("cadence", "recurrence")
"""The rules that days alone make fire: no correction takes one of their causes back."""

Turn = Literal["opens", "joins", "waits"]
"""What becomes of a cause: a review of its own, a place in an open one, or neither yet."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One firing of one policy, and where and when the rule was evaluated."""

    district: str
    policy: ReviewPolicyAdopted
    firing: Firing
    position: int
    today: date
    due_on: date

    @property
    def event_id(self) -> UUID:
        """Return the id under which the cause is recorded, whether it opens or joins a review."""
        firing = self.firing
        parts = (self.district, self.policy.policy, firing.about, firing.cause_key)
        return derived_id("review cause", *parts)

    @property
    def review(self) -> str:
        """Return the id of the review that the cause opens, if it opens one."""
        firing = self.firing
        return str(derived_id("review", self.policy.policy, firing.about, firing.cause_key))

    @property
    def slot(self) -> str:
        """Return the subject in which only one review may be open."""
        return review_slot(self.policy.review_type, self.firing.about)

    @property
    def missed(self) -> bool:
        """Say whether the calendar asked for a review whose day has passed."""
        return self.policy.rule in BY_CALENDAR and self.today > self.due_on

    def turn(self, open_review: str | None) -> Turn:
        """Return what becomes of the cause while `open_review`, or none, is open in its slot.

        What the calendar asks for is a review of its own: it waits for the open one to end, as
        long as it can still be held in time. After that it joins, and says why.
        """
        if open_review is None:
            return "opens"
        return "waits" if self.policy.rule in BY_CALENDAR and not self.missed else "joins"

    def reason(self, open_review: str | None) -> str | None:
        """Return why a cause is recorded so late, where it is."""
        if not self.missed:
            return None
        late = f"a review of {self.firing.cause_key} was due on {self.due_on}"
        if open_review is None:
            return f"{late}; no sweep opened it before, so it opens late"
        return f"{late} and had not opened by then, so this open review looks at it too"


def cause_of(
    district: str,
    policy: ReviewPolicyAdopted,
    firing: Firing,
    calendar: SchoolCalendar,
    *,
    position: int,
    today: date,
) -> Cause:
    """Return the cause that a firing is, due so many working days after its basis."""
    due = calendar.add_working_days(firing.due_basis, policy.due_working_days)
    return Cause(district, policy, firing, position, today, due)


def causes_of(
    district: str,
    policy: ReviewPolicyAdopted,
    firings: Iterable[Firing],
    calendar: SchoolCalendar,
    *,
    position: int,
    today: date,
) -> list[Cause]:
    """Return the causes that a policy's firings are, in the order in which they take their turn.

    Those whose day has passed come last, so that they find the review open that still has its day.
    """
    found = [
        cause_of(district, policy, each, calendar, position=position, today=today)
        for each in firings
    ]
    return sorted(found, key=lambda cause: cause.missed)


def open_among(of_slot: Iterable[RecordedEvent]) -> list[str]:
    """Return the reviews that the events of a slot leave open, in the order of their opening."""
    events = active(of_slot)
    begun = [
        each.event.review
        for each in events
        if isinstance(each.event, ReviewScheduled | ReviewTriggered)
    ]
    ended = {each.event.review for each in events if isinstance(each.event, ENDINGS)}
    return [review for review in begun if review not in ended]


def command_for(cause: Cause, review: str | None) -> ScheduleReview | TriggerReview | MergeTrigger:
    """Return the command that records a cause: joins `review`, or opens one where it is None."""
    policy, firing = cause.policy, cause.firing
    facts = tuple(TriggerFact(position=position, shows=shows) for position, shows in firing.facts)
    if review is not None:
        return MergeTrigger(
            review=review,
            policy=policy.policy,
            rule=policy.rule,
            rule_digest=rule_named(policy.rule).digest,
            cause_key=firing.cause_key,
            as_of_position=cause.position,
            as_of_date=cause.today,
            facts=facts,
        )
    opening = ScheduleReview if policy.rule in BY_CALENDAR else TriggerReview
    return opening(
        review=cause.review,
        policy=policy.policy,
        rule=policy.rule,
        rule_digest=rule_named(policy.rule).digest,
        cause_key=firing.cause_key,
        as_of_position=cause.position,
        as_of_date=cause.today,
        facts=facts,
        review_type=cast(ReviewType, policy.review_type),
        about=firing.about,
        title=firing.title,
        due_on=cause.due_on,
    )
