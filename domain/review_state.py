"""The state of one review, folded from its facts."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Literal

from domain import ids
from domain.errors import Rejected
from domain.facts.review import (
    DecisionRecorded,
    ReviewClosed,
    ReviewHeld,
    ReviewScheduled,
    ReviewTriggered,
    ReviewTriggerMerged,
)
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
from domain.message import Happened
from domain.world import State, World

Phase = Literal["open", "held", "decided", "closed", "checked"]
"""Where a review is, in this order; several decisions may be recorded before it closes.

An open review is being prepared until its packet is frozen: that is no fact of its own, because
nothing is known then that the opening and the packet do not say.
"""

Ending = Literal["merged", "cancelled", "lapsed"]
"""How a review ended without being held; its phase stays open."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A recorded decision, as far as a unit's stage depends on it. `unit` is resolved.

    `title` says what was decided in words and has no part in comparisons.
    """

    kind: str
    unit: str | None
    to_stage: str | None
    title: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ReviewState(State):
    """One review. `causes` holds policy and cause key of all that opened it or joined it.

    `due_on` counts postponements in; `since` is the day it opened or was postponed last. `told`
    holds what was reminded of or escalated, each with the due date in question. The effect is
    looked at from `effect_since`: when the review closed, or when it was too early to tell.
    """

    category: ClassVar[str] = "review"

    phase: Phase | None = None
    review_type: str | None = None
    about: str | None = None
    causes: frozenset[tuple[str, str]] = frozenset()
    verdicts: tuple[Verdict, ...] = ()
    ended: Ending | None = None
    due_on: date | None = None
    since: date | None = None
    postponed: int = 0
    packet: str | None = None
    told: frozenset[tuple[str, date]] = frozenset()
    effect_since: date | None = None
    effect_due_on: date | None = None

    def subjects(self) -> tuple[str, ...]:
        """Return what later facts about the review concern too: its subject and its slot."""
        if self.about is None or self.review_type is None:
            return ()
        return (self.about, ids.review_slot(self.review_type, self.about))


initial = ReviewState()


def evolve(state: ReviewState, happened: Happened) -> ReviewState:
    """Return the state after one more fact about the review."""
    match happened.event:
        case ReviewScheduled() | ReviewTriggered() as opened:
            return replace(
                state,
                phase="open",
                review_type=opened.review_type,
                about=opened.about,
                causes=state.causes | {(opened.policy, opened.cause_key)},
                due_on=opened.due_on,
                since=happened.occurred_on,
            )
        case ReviewTriggerMerged(policy=policy, cause_key=cause_key):
            return replace(state, causes=state.causes | {(policy, cause_key)})
        case ReviewHeld():
            return replace(state, phase="held")
        case DecisionRecorded(decision=kind, unit=unit, to_stage=to_stage, title=title):
            verdict = Verdict(kind, unit or unit_of(state.about), to_stage, title)
            return replace(state, phase="decided", verdicts=(*state.verdicts, verdict))
        case ReviewClosed():
            return replace(state, phase="closed", effect_since=happened.occurred_on)
        case _:
            return _further(state, happened)


def _further(state: ReviewState, happened: Happened) -> ReviewState:
    match happened.event:
        case ReviewPacketFrozen(digest=digest):
            return replace(state, packet=digest)
        case ReviewPostponed(due_on=due_on):
            more = state.postponed + 1
            day = happened.occurred_on
            return replace(state, due_on=due_on, since=day, postponed=more, packet=None)
        case ReviewMerged():
            return replace(state, ended="merged")
        case ReviewCancelled():
            return replace(state, ended="cancelled")
        case ReviewLapsed():
            return replace(state, ended="lapsed")
        case ReviewReminderSent() | ReviewEscalated() as told:
            return replace(state, told=state.told | {(told.occasion, told.due_on)})
        case EffectCheckDue(due_on=due_on):
            return replace(state, effect_due_on=due_on)
        case ReviewEffectChecked(verdict="too_early"):
            return replace(state, effect_since=happened.occurred_on, effect_due_on=None)
        case ReviewEffectChecked():
            return replace(state, phase="checked")
        case _:
            return state


def unit_of(about: str | None) -> str | None:
    """Return the code of the unit that a subject names, if it names one."""
    kind, _, identifier = (about or "").partition(":")
    return identifier if kind == "unit" else None


def require_opened(world: World, review: str) -> ReviewState:
    """Return a review that exists, in whatever phase."""
    state = world.get(ReviewState, review)
    if state.phase is None:
        raise Rejected("unknown_review", f"there is no review {review!r}; check the id")
    return state


def require_going_on(world: World, review: str) -> ReviewState:
    """Return a review that has neither closed nor ended in another way."""
    state = require_opened(world, review)
    if state.ended is not None:
        raise Rejected(
            "review_ended",
            f"review {review} was ended: it is {state.ended}; what is new belongs to the next one",
        )
    if state.phase in ("closed", "checked"):
        raise Rejected(
            "review_closed", f"review {review} is closed; what is new belongs to the next one"
        )
    return state
