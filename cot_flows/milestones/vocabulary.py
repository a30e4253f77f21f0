"""Every milestone by name: which facts it tells of, and which of their fields it carries.

Whoever may look at Prefect's pages sees them, so none carries a personal field, a free text or the
id of a person.
"""

from dataclasses import dataclass
from typing import Literal

from domain.facts.action import ActionItemEscalated
from domain.facts.notice import NoticeFailed
from domain.facts.reorganization import UnitDissolved, UnitsMerged, UnitSplit
from domain.facts.review import DecisionRecorded, ReviewClosed, ReviewHeld
from domain.facts.review import ReviewScheduled as Scheduled
from domain.facts.review import ReviewTriggered as Triggered
from domain.facts.review_course import (
    EffectCheckDue,
    ReviewCancelled,
    ReviewEffectChecked,
    ReviewEscalated,
    ReviewLapsed,
    ReviewMerged,
    ReviewPacketFrozen,
    ReviewPostponed,
)
from domain.facts.unit import UnitPutOnHold, UnitRestarted, UnitStageEntered, UnitStageReverted
from domain.message import DomainEvent

PREFIX = "cot-flows."
"""Begins the name of every milestone and the id of every resource."""

About = Literal["review", "unit", "action", "notice", "district"]
"""What a milestone is about: the kind of its first resource."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of milestone: its name without the prefix, and what it `means` in plain words.

    `types` are the facts it tells of; none for what a run finds and the log does not hold. `tells`
    are the fields that its payload has beside those that all have.
    """

    name: str
    means: str
    types: tuple[type[DomainEvent], ...]
    tells: tuple[str, ...]

    @property
    def about(self) -> About:
        """Return what it is about, which its name begins with."""
        word = self.name.partition(".")[0]
        about: dict[str, About] = {"review": "review", "unit": "unit", "action": "action"}
        return about.get(word, "notice" if word == "notice" else "district")

    @property
    def event(self) -> str:
        """Return the name under which Prefect knows it."""
        return PREFIX + self.name


def _of(name: str, means: str, fact: type[DomainEvent], *tells: str) -> Kind:
    return Kind(name, means, (fact,), tells)


REVIEW_OPENED = Kind(
    "review.opened",
    "A review opened, by the calendar or by a rule.",
    (Scheduled, Triggered),
    ("review", "review_type", "about", "policy", "due_on"),
)
REVIEW_LAPSED = _of(
    "review.lapsed",
    "Nobody held a review in time; its slot is free again.",
    ReviewLapsed,
    *("review", "due_on", "after_working_days"),
)
VERIFICATION_FAILED = Kind(
    "verification.failed",
    "A run of `verify` found that an invariant of the log or of the rows does not hold.",
    (),
    ("faults", "checks"),
)

KINDS: tuple[Kind, ...] = (
    REVIEW_OPENED,
    _of(
        "review.packet-frozen",
        "What a review will look at is fixed.",
        ReviewPacketFrozen,
        *("review", "digest", "as_known_position", "as_effective_on"),
    ),
    _of("review.held", "The people met.", ReviewHeld, "review"),
    _of(
        "review.decided",
        "A review decided.",
        DecisionRecorded,
        *("review", "decision", "unit", "to_stage", "insufficient"),
    ),
    _of("review.closed", "A review is over.", ReviewClosed, "review", "next_on"),
    _of("review.postponed", "A review is due later.", ReviewPostponed, "review", "due_on"),
    _of("review.merged", "Another review looks at its causes.", ReviewMerged, "review", "into"),
    _of("review.cancelled", "A review is not needed.", ReviewCancelled, "review", "ground"),
    REVIEW_LAPSED,
    _of(
        "review.escalated",
        "A review that was not held was put before someone.",
        ReviewEscalated,
        *("review", "occasion", "level", "due_on", "after_working_days"),
    ),
    _of(
        "review.effect-due",
        "Whether a review's decisions worked is asked from now on.",
        EffectCheckDue,
        *("review", "due_on"),
    ),
    _of(
        "review.effect-checked",
        "It was said whether a review's decisions worked.",
        ReviewEffectChecked,
        *("review", "verdict", "insufficient"),
    ),
    _of(
        "unit.stage-entered",
        "A unit went one stage on.",
        UnitStageEntered,
        *("unit", "from_stage", "to_stage", "review"),
    ),
    _of(
        "unit.stage-reverted",
        "A unit went back, by a review's decision.",
        UnitStageReverted,
        *("unit", "from_stage", "to_stage", "review"),
    ),
    _of("unit.restarted", "A unit begins again.", UnitRestarted, "unit", "from_stage", "cause"),
    _of("unit.put-on-hold", "A unit's clock stopped.", UnitPutOnHold, "unit", "until"),
    _of("unit.merged", "Units were merged.", UnitsMerged, "units", "successor"),
    _of("unit.split", "A unit was split.", UnitSplit, "unit", "successors", "heir"),
    _of("unit.dissolved", "A unit was dissolved.", UnitDissolved, "unit", "successor"),
    _of(
        "action.escalated",
        "A late action item was put before someone.",
        ActionItemEscalated,
        *("action", "level"),
    ),
    _of(
        "notice.failed",
        "A notice could not be handed over.",
        NoticeFailed,
        *("notice", "channel", "attempt", "failure"),
    ),
    VERIFICATION_FAILED,
)
"""All milestones, in the order in which they are shown."""

BY_TYPE: dict[type[DomainEvent], Kind] = {fact: kind for kind in KINDS for fact in kind.types}
