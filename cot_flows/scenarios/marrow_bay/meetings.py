"""How reviews are told: called by hand or opened by a rule, held, decided and closed."""

from dataclasses import dataclass
from datetime import date, timedelta

from cot_flows.scenarios.marrow_bay.phrases import digest
from cot_flows.scenarios.marrow_bay.step import OPEN, RHYTHM, Slot, Step
from domain.district import ReviewType
from domain.facts.review import DecisionKind
from domain.review import (
    CloseReview,
    HoldReview,
    RecordDecision,
    ScheduleReview,
)
from domain.review_course import FreezeReviewPacket

AHEAD = timedelta(days=7)
"""How long before its day a monthly review is called."""

BY_HAND = "called-by-steward"
"""Policy and rule of a review that people called, without a rule asking for it."""


@dataclass(frozen=True, slots=True)
class Called:
    """A review that people called: its id, type, subject and title."""

    identifier: str
    review_type: ReviewType
    about: str
    title: str


def called(row: int, day: date, due: date, review: Called) -> Step:
    """Return the step by which people put a review on the calendar themselves."""
    opening = {
        "review": review.identifier,
        "review_type": review.review_type,
        "about": review.about,
        "title": review.title,
        "due_on": due,
        "policy": BY_HAND,
        "rule": BY_HAND,
        "rule_digest": digest(BY_HAND),
        "cause_key": review.identifier,
        "as_of_position": 0,
        "as_of_date": day,
    }
    return Step(row, day, ScheduleReview.model_validate(opening))


def prepared(row: int, day: date, slot: Slot) -> Step:
    """Return the step by which the steward freezes a packet, for a meeting long before it is due.

    The quarterly review is due after its quarter; the team meets in the quarter's first month.
    What is in the packet is looked up when the step is played.
    """
    command = FreezeReviewPacket(
        review=OPEN,
        digest=digest("packet"),
        as_known_position=0,
        as_effective_on=day,
        inputs=("packet",),
    )
    return Step(row, day, command, slot=slot)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: its kind, in words, the unit and stage it concerns, and what it rests on."""

    kind: DecisionKind
    title: str
    cited: tuple[str, ...]
    unit: str | None = None
    to_stage: str | None = None


def held(
    row: int,
    day: date,
    review: str | Slot,
    decisions: tuple[Decided, ...],
    present: tuple[str, ...],
    *,
    next_on: date | None = None,
    actions: tuple[Step, ...] = (),
) -> tuple[Step, ...]:
    """Return the steps of a review that is held, decides, hands out actions and closes."""
    named, slot = (OPEN, review) if isinstance(review, Slot) else (review, None)
    recorded = tuple(
        Step(
            row,
            day,
            RecordDecision(
                review=named,
                decision=each.kind,
                title=each.title,
                unit=each.unit,
                to_stage=each.to_stage,
                evidence=each.cited,
            ),
            slot=slot,
        )
        for each in decisions
    )
    meeting = HoldReview(review=named, present=present, minutes_digest=digest(f"{row} {named}"))
    return (
        Step(row, day, meeting, slot=slot),
        *recorded,
        *actions,
        Step(row, day, CloseReview(review=named, next_on=next_on), slot=slot),
    )


def approved(
    row: int, day: date, unit: str, to_stage: str, cited: tuple[str, ...], present: tuple[str, ...]
) -> tuple[Step, ...]:
    """Return the steps of a monthly review of a unit that decides to advance it.

    Its id is `R2-<unit>-<year>-<month>`; it is called a week ahead, so that its packet can freeze.
    """
    review = Called(f"R2-{unit}-{day:%Y-%m}", "R2", f"unit:{unit}", f"Monthly review of {unit}")
    advance = Decided("advance", f"{unit} goes to {to_stage}", cited, unit, to_stage)
    return (
        called(row, day - AHEAD, day, review),
        *held(row, day, review.identifier, (advance,), present),
    )


def looked_back(
    day: date, about: str, lesson: str, cited: str, present: tuple[str, ...]
) -> tuple[Step, ...]:
    """Return the steps of a review of completed activities, which a rule opened."""
    learned = Decided("continue", lesson, (cited,))
    return held(RHYTHM, day, Slot("R8", about), (learned,), present)
