"""Open reviews looked at again: which of their causes would not fire any more, and so are gone.

A rule is asked once more about the day on which it fired, with what is known now. Work done since
does not undo a cause; a fact that was taken back, corrected or recorded late does. Nothing is
recorded and no review is cancelled: people decide what to do about it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cot_flows.bootstrap import Engine
from cot_flows.reviews.asking_again import Asked, ask_again
from cot_flows.reviews.causes import BY_CALENDAR
from cot_flows.reviews.sweep import SweepReport
from domain.facts.review import ReviewScheduled, ReviewTriggered, ReviewTriggerMerged
from domain.ids import subject
from events.active import active
from projections.reading import read

CAUSES = (ReviewScheduled, ReviewTriggered, ReviewTriggerMerged)


@dataclass(frozen=True, slots=True)
class GoneCause:
    """A cause of an open review that no longer holds; `as_of_date` is the day it fired for."""

    review: str
    about: str
    policy: str
    rule: str
    cause_key: str
    as_of_date: date


def open_reviews(
    engine: Engine, district: str, *, today: date, position: int | None = None
) -> list[str]:
    """Return the ids of the reviews that are not closed, as known at a position (None: now)."""
    with engine.reading() as connection:
        answer = read(connection, "review_queue", district, position=position, today=today)
    return [str(row["review"]) for row in answer.rows if row["status"] != "closed"]


def gone_now(engine: Engine, report: SweepReport) -> list[GoneCause]:
    """Return the causes of the district's open reviews that no longer hold after a sweep."""
    district, position = report.district, engine.store.head(report.district).position
    reviews = open_reviews(engine, district, today=report.today, position=position)
    return gone_causes(engine, district, reviews, position=position)


def gone_causes(
    engine: Engine, district: str, reviews: Sequence[str], *, position: int
) -> list[GoneCause]:
    """Return the causes of reviews that no longer hold, as known at a position.

    A cause is left out when its rule's query is another now than the one that fired: what that
    one would say cannot be told any more.
    """
    questions: dict[Asked, list[GoneCause]] = {}
    for asked, cause in _causes(engine, district, reviews, position):
        questions.setdefault(asked, []).append(cause)
    gone: list[GoneCause] = []
    for asked, causes in questions.items():
        holding = _holding(engine, district, asked, position)
        if holding is not None:
            gone += [each for each in causes if (each.about, each.cause_key) not in holding]
    return sorted(gone, key=lambda each: (each.about, each.review, each.policy, each.cause_key))


def _causes(
    engine: Engine, district: str, reviews: Sequence[str], position: int
) -> Iterator[tuple[Asked, GoneCause]]:
    named = [subject("review", each) for each in reviews]
    events = active(engine.store.read_subjects(district, named, up_to=position)) if named else []
    wanted, about = set(reviews), dict[str, str]()
    for recorded in events:
        event = recorded.event
        if not isinstance(event, CAUSES) or event.review not in wanted:
            continue
        if not isinstance(event, ReviewTriggerMerged):
            about[event.review] = event.about
        if event.rule not in BY_CALENDAR and event.review in about:
            digest, seen_at = event.rule_digest, event.as_of_position
            asked = Asked(event.policy, event.rule, digest, seen_at, event.as_of_date)
            key, day = event.cause_key, event.as_of_date
            subject_of = about[event.review]
            yield asked, GoneCause(event.review, subject_of, event.policy, event.rule, key, day)


def _holding(
    engine: Engine, district: str, asked: Asked, position: int
) -> frozenset[tuple[str, str]] | None:
    """Return what the rule finds about that day with what is known; None if it cannot be asked."""
    firings = ask_again(engine, engine.store, district, asked, position=position).firings
    if firings is None:
        return None
    return frozenset((each.about, each.cause_key) for each in firings)
