"""What else may become of a review in a random history."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from domain.facts.review import ReviewTriggered
from domain.facts.review_course import (
    EffectCheckDue,
    ReviewCancelled,
    ReviewEffectChecked,
    ReviewEscalated,
    ReviewLapsed,
    ReviewMerged,
    ReviewPacketFrozen,
    ReviewPostponed,
    ReviewReminderSent,
)
from domain.message import DomainEvent

DIGEST = "sha256:" + "0" * 64


def opened(review: str, about: str, today: date) -> ReviewTriggered:
    """Return the opening of a review, as a rule does it."""
    return ReviewTriggered(
        review=review,
        review_type="R6",
        about=about,
        title="Review",
        due_on=today + timedelta(days=14),
        policy="policy",
        rule="rule",
        rule_digest=DIGEST,
        cause_key=review,
        as_of_position=1,
        as_of_date=today,
        facts=(),
    )


def further(random: Random, review: str, reviews: Sequence[str], today: date) -> DomainEvent:
    """Return a packet, lateness, another end, or a word on the effect; merged into any of them."""
    later = today + timedelta(days=random.choice((3, 30)))
    choices: tuple[DomainEvent, ...] = (
        ReviewPacketFrozen(
            review=review,
            digest=DIGEST,
            as_known_position=random.randint(1, 9),
            as_effective_on=today,
            inputs=("unit: 1 row",),
        ),
        ReviewPostponed(review=review, due_on=later),
        ReviewMerged(review=review, into=random.choice(reviews)),
        ReviewCancelled(review=review, ground="trigger_void"),
        ReviewLapsed(review=review, due_on=today, after_working_days=10, calendar_version="none"),
        ReviewReminderSent(review=review, occasion="effect_check", level="chair", due_on=later),
        ReviewEscalated(
            review=review, occasion="not_held", level="chair", due_on=today, after_working_days=5
        ),
        EffectCheckDue(review=review, due_on=later),
        ReviewEffectChecked(
            review=review, verdict=random.choice(("worked", "too_early")), insufficient=True
        ),
    )
    return random.choice(choices)
