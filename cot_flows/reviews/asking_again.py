"""A rule asked once more about the day it fired for, with the parameters its policy had then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cot_flows.bootstrap import Engine
from cot_flows.reviews.policies import in_force_since, policies_among
from domain.facts.district import ReviewPolicyAdopted
from domain.ids import DISTRICT_STREAM
from events.envelope import RecordedEvent
from events.store import EventStore
from projections.errors import UnknownRule
from projections.rules import Firing, evaluate, rule_named


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: a policy's rule, by the digest of its query, and when and where it fired."""

    policy: str
    rule: str
    digest: str
    as_of_position: int
    as_of_date: date


@dataclass(frozen=True, slots=True)
class Again:
    """The answer: what the rule finds, None if it cannot be asked any more.

    `policy_position` is where the policy was adopted that asked then, None if none was in force;
    `same_query` says that the rule is there and its query is the one that fired.
    """

    firings: tuple[Firing, ...] | None
    policy_position: int | None
    same_query: bool


def ask_again(
    engine: Engine, store: EventStore, district: str, asked: Asked, *, position: int
) -> Again:
    """Ask a rule about the day it fired for, with what is known at a position."""
    # As known then: what a policy asks for today does not judge what it asked for.
    known = store.read_stream(district, DISTRICT_STREAM, up_to=asked.as_of_position)
    in_force = policies_among(known, asked.as_of_date)
    policy = next((each for each in in_force if each.policy == asked.policy), None)
    same = _has_query(asked)
    if policy is None:
        return Again(None, None, same)
    adopted_at = _adopted_at(known, policy)
    if not same:
        return Again(None, adopted_at, same)
    with engine.reading() as connection:
        firings = evaluate(
            connection,
            rule_named(asked.rule),
            district,
            position=position,
            today=asked.as_of_date,
            parameters=policy.parameters,
            since=in_force_since(known, policy, asked.as_of_date),
        )
    return Again(tuple(firings), adopted_at, same)


def _has_query(asked: Asked) -> bool:
    try:
        return rule_named(asked.rule).digest == asked.digest
    except UnknownRule:
        return False


def _adopted_at(known: Sequence[RecordedEvent], policy: ReviewPolicyAdopted) -> int:
    return max(each.position for each in known if each.event == policy)
