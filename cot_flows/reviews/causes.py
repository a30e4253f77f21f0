"""From a rule's firing to what is recorded of it: the cause, its ids, its slot, its command.

Pure: the sweep and the simulation of a sweep both use it, so that they cannot differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast
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
