"""Why a review opened: every cause, with the rule and the facts that fired it."""

from collections.abc import Set as AbstractSet

from cot_flows.reviews.inputs.reading import Entry, Reading
from cot_flows.reviews.standing import CAUSES
from domain.review_state import ReviewState

WITHHELD = "a value that is not told: too few are behind it or beside it"


def causes(reading: Reading, review: str, kept_back: AbstractSet[int]) -> list[Entry]:
    """Return the causes of a review in the order in which they joined it.

    A fact at one of the positions that are kept back is named without what it shows.
    """
    found: list[Entry] = []
    for recorded in reading.counting(reading.stream(ReviewState.stream(review))):
        event = recorded.event
        if isinstance(event, CAUSES):
            found.append(
                {
                    "policy": event.policy,
                    "rule": event.rule,
                    "rule_digest": event.rule_digest,
                    "cause_key": event.cause_key,
                    "as_of_position": event.as_of_position,
                    "as_of_date": event.as_of_date,
                    "facts": [
                        {
                            "shows": WITHHELD if fact.position in kept_back else fact.shows,
                            "positions": [fact.position],
                        }
                        for fact in event.facts
                    ],
                    "positions": [recorded.position],
                }
            )
    return found
