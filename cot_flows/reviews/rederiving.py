"""Why a review opened: each cause derived from the log once more, as it was asked then.

The rule of a cause is evaluated at the position and for the day it fired, with the parameters that
the policy had then. The same facts must come out: the log is never rewritten, and a rule writes
nothing. Where the rule's query is another now, nothing can be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cot_flows.bootstrap import Engine
from cot_flows.errors import UnknownThing
from cot_flows.projecting import day_of
from cot_flows.reviews.asking_again import Asked, ask_again
from cot_flows.reviews.causes import SCHEDULER
from domain.facts.review import ReviewScheduled, ReviewTriggered, ReviewTriggerMerged
from domain.ids import subject
from events.active import active
from events.envelope import RecordedEvent
from events.postgres import PostgresStore
from projections.reading import read
from projections.rules import Firing

Verdict = Literal["re-derives", "differs", "rule changed", "by hand"]
"""`rule changed`: the query is another now. `by hand`: no adopted policy asked for it."""

CauseEvent = ReviewScheduled | ReviewTriggered | ReviewTriggerMerged


@dataclass(frozen=True, slots=True)
class FactBehind:
    """One fact of a cause: what it shows, and the event at its position."""

    position: int
    shows: str
    event: str | None
    occurred_on: date | None
    actor: str | None


@dataclass(frozen=True, slots=True)
class CauseChecked:
    """One cause as recorded at `position`, and whether it comes out again; `difference` if not.

    `policy_position` is where the policy was adopted that asked for it: its version. `reason` is
    why it was recorded late, or into another review than its own, where that was so.
    """

    position: int
    policy: str
    policy_position: int | None
    rule: str
    rule_digest: str
    cause_key: str
    as_of_position: int
    as_of_date: date
    facts: tuple[FactBehind, ...]
    verdict: Verdict
    difference: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReviewExplained:
    """A review and every cause of it, in the order in which they were recorded."""

    district: str
    review: str
    about: str
    title: str
    causes: tuple[CauseChecked, ...]

    @property
    def holds(self) -> bool:
        """Return whether no cause was found to differ."""
        return all(each.verdict != "differs" for each in self.causes)


def explain(engine: Engine, district: str, review: str) -> ReviewExplained:
    """Return why a review opened, each cause derived anew; reads only.

    `review` is its id or the unambiguous beginning of it. Raises UnknownThing.
    """
    store = PostgresStore(engine.reading, engine.codec)
    review = _whole_id(engine, store, district, review)
    events = active(store.read_subjects(district, [subject("review", review)]))
    causes = [
        (each, each.event)
        for each in events
        if isinstance(each.event, CauseEvent) and each.event.review == review
    ]
    opening = next((e for _, e in causes if not isinstance(e, ReviewTriggerMerged)), None)
    if opening is None:
        raise UnknownThing(f"there is no review {review!r} in {district}: see `cot reviews --all`")
    checked = tuple(_checked(engine, store, *each, opening.about) for each in causes)
    return ReviewExplained(district, review, opening.about, opening.title, checked)


def _whole_id(engine: Engine, store: PostgresStore, district: str, review: str) -> str:
    if store.read_subjects(district, [subject("review", review)]):
        return review
    with engine.reading() as connection:
        known = read(connection, "review_queue", district, today=day_of(store.head(district))).rows
    found = [str(row["review"]) for row in known if str(row["review"]).startswith(review)]
    if len(found) > 1:
        raise UnknownThing(f"{len(found)} reviews of {district} begin with {review!r}: give more")
    return found[0] if found else review


def _checked(
    engine: Engine, store: PostgresStore, recorded: RecordedEvent, event: CauseEvent, about: str
) -> CauseChecked:
    verdict, difference, adopted_at = _verdict(engine, store, recorded, event, about)
    return CauseChecked(
        position=recorded.position,
        policy=event.policy,
        policy_position=adopted_at,
        rule=event.rule,
        rule_digest=event.rule_digest,
        cause_key=event.cause_key,
        as_of_position=event.as_of_position,
        as_of_date=event.as_of_date,
        facts=tuple(_behind(store, recorded.district, f.position, f.shows) for f in event.facts),
        verdict=verdict,
        difference=difference,
        reason=recorded.reason,
    )


def _behind(store: PostgresStore, district: str, position: int, shows: str) -> FactBehind:
    found = store.read_log(district, after=position - 1, limit=1)
    if not found or found[0].position != position:
        return FactBehind(position, shows, None, None, None)
    behind = found[0]
    return FactBehind(position, shows, behind.type_name, behind.occurred_on, behind.actor)


def _verdict(
    engine: Engine, store: PostgresStore, recorded: RecordedEvent, event: CauseEvent, about: str
) -> tuple[Verdict, str | None, int | None]:
    position, day = event.as_of_position, event.as_of_date
    asked = Asked(event.policy, event.rule, event.rule_digest, position, day)
    again = ask_again(engine, store, recorded.district, asked, position=position)
    adopted_at = again.policy_position
    if adopted_at is None and recorded.actor != SCHEDULER:
        return "by hand", None, None
    if adopted_at is None:
        return "differs", f"the policy {event.policy} was not in force on {day}", None
    if again.firings is None:
        changed = "the rule's query has changed since, so nothing can be compared"
        return "rule changed", changed, adopted_at
    difference = _difference(event, about, again.firings)
    return ("re-derives" if difference is None else "differs"), difference, adopted_at


def _difference(event: CauseEvent, about: str, firings: Sequence[Firing]) -> str | None:
    found = [each for each in firings if (each.about, each.cause_key) == (about, event.cause_key)]
    if not found:
        return f"the rule does not fire for {about} with the cause {event.cause_key}"
    recorded = [(fact.position, fact.shows) for fact in event.facts]
    derived = list(found[0].facts)
    if recorded == derived:
        return None
    missing = [each for each in derived if each not in recorded]
    beside = [each for each in recorded if each not in derived]
    return f"the facts differ: recorded {beside or 'in another order'}, derived {missing}"
