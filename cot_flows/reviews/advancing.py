"""What the scheduler advances: an open review, or an action item that is late.

Each says which of its steps come next, under which id a step is recorded and by which command.
Neither holds state: what was done is read from the log each time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Protocol, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.handling import folded
from cot_flows.reviews.packet import packet
from domain.action import ActionState
from domain.action_steps import escalations
from domain.facts.district import ReviewCycleRulesAdopted
from domain.ids import derived_id
from domain.lateness import EscalateActionItem
from domain.message import Command
from domain.review_course import (
    EscalateReview,
    FreezeReviewPacket,
    LapseReview,
    OpenEffectCheck,
    RemindOfReview,
)
from domain.review_state import ReviewState
from domain.review_steps import DueStep, steps
from domain.school_calendar import SchoolCalendar


@dataclass(frozen=True, slots=True)
class Bearings:
    """The district, its calendar and its numbers, as one run sees them."""

    engine: Engine
    district: str
    today: date
    zone: ZoneInfo
    calendar: SchoolCalendar
    rules: ReviewCycleRulesAdopted


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be recorded under the day on which it is due; `due_on` is what it is about.

    `event_id` is the same whenever the step is; `command` makes what records it.
    """

    day: date
    name: str
    due_on: date
    event_id: UUID
    command: Callable[[], Command] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Named:
    """What a step is about: a review and its subject, and the action item if it is one's."""

    review: str
    about: str
    action: str | None = None

    def __str__(self) -> str:
        """Return it in words, such as `action item X1 of review R1 of unit:HR`."""
        item = "" if self.action is None else f"action item {self.action} of "
        return f"{item}review {self.review} of {self.about}"


class Advancing(Protocol):
    """Something with steps to come."""

    @property
    def key(self) -> str:
        """Return its stream, by which steps of one day are put in order."""
        ...

    @property
    def named(self) -> Named:
        """Return what it is, for a report."""
        ...

    def steps(self) -> Sequence[Step]:
        """Return the steps that the log asks for now, in the order of their days."""
        ...


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A review that still asks for something."""

    at: Bearings
    named: Named

    @property
    def key(self) -> str:
        """Return the review's stream."""
        return ReviewState.stream(self.named.review)

    def steps(self) -> Sequence[Step]:
        """Return what is left of its course."""
        state = folded(self.key, self.at.engine.store.read_stream(self.at.district, self.key))
        if not isinstance(state, ReviewState):
            raise TypeError(f"the stream {self.key} holds a {type(state).__name__}")
        return [self._step(due) for due in steps(state, self.at.calendar, self.at.rules)]

    def _step(self, due: DueStep) -> Step:
        parts = (self.at.district, self.named.review, due.name, due.due_on.isoformat())
        event_id = derived_id("review step", *parts)
        return Step(due.day, due.name, due.due_on, event_id, partial(self._command, due))

    def _command(self, step: DueStep) -> Command:
        review, due_on, rules = self.named.review, step.due_on, self.at.rules
        match step.name:
            case "freeze":
                return self._freezing(step.day)
            case "not_held":
                return EscalateReview(
                    review=review,
                    occasion="not_held",
                    level="chair",
                    due_on=due_on,
                    after_working_days=rules.chair_working_days,
                )
            case "lapse":
                return LapseReview(
                    review=review,
                    due_on=due_on,
                    after_working_days=rules.lapse_working_days,
                    calendar_version=self.at.calendar.version,
                )
            case "effect_due":
                return OpenEffectCheck(review=review, due_on=due_on)
            case "packet_not_frozen" | "effect_reminder":
                occasion = "effect_check" if step.name == "effect_reminder" else step.name
                return RemindOfReview(
                    review=review, occasion=occasion, level="chair", due_on=due_on
                )

    def _freezing(self, day: date) -> FreezeReviewPacket:
        store, district = self.at.engine.store, self.at.district
        head = store.head(district)
        position = head.position
        if day < head.recorded_at.astimezone(self.at.zone).date():
            # As it would have been made that night; never before the review itself was known.
            opened = store.read_stream(district, self.key)[0].position
            position = max(store.position_known_at(district, day), opened)
        return freezing(self.at.engine, district, self.named.review, position, day)


@dataclass(frozen=True, slots=True)
class LateItem:
    """An action item that is still open after its due date."""

    at: Bearings
    named: Named
    action: str

    @property
    def key(self) -> str:
        """Return the action item's stream."""
        return ActionState.stream(self.action)

    def steps(self) -> Sequence[Step]:
        """Return the rungs of the ladder that are left."""
        state = folded(self.key, self.at.engine.store.read_stream(self.at.district, self.key))
        if not isinstance(state, ActionState):
            raise TypeError(f"the stream {self.key} holds a {type(state).__name__}")
        return [
            Step(
                rung.day,
                f"{rung.level}_told",
                rung.due_on,
                derived_id(
                    "action step",
                    self.at.district,
                    self.action,
                    rung.level,
                    rung.due_on.isoformat(),
                ),
                partial(EscalateActionItem, action=self.action, level=rung.level),
            )
            for rung in escalations(state, self.at.calendar, self.at.rules)
        ]


def advancing(at: Bearings, queue: Sequence[Mapping[str, object]]) -> Iterator[Advancing]:
    """Yield what of the rows of `review_queue` may have steps by today, in the rows' order.

    An item stays owed whatever became of its review.
    """
    for row in queue:
        review, about = str(row["review"]), str(row["about"])
        if row["phase"] in ("preparing", "packet_frozen", "closed"):
            yield OpenReview(at, Named(review, about))
        for item in _open_items(row):
            if date.fromisoformat(item["due_on"]) < at.today:
                yield LateItem(at, Named(review, about, item["action"]), item["action"])


def promised(at: Bearings, queue: Sequence[Mapping[str, object]]) -> dict[str, date]:
    """Return the streams of the action items that are not late by today, with their next day.

    That is the day after the due date: the earliest on which the first rung may be due.
    """
    due = {
        ActionState.stream(item["action"]): date.fromisoformat(item["due_on"])
        for row in queue
        for item in _open_items(row)
    }
    return {key: day + timedelta(days=1) for key, day in due.items() if day >= at.today}


def _open_items(row: Mapping[str, object]) -> list[Mapping[str, str]]:
    items = cast("list[Mapping[str, str]]", row["actions"])
    return [item for item in items if item["status"] == "open"]


def freezing(
    engine: Engine, district: str, review: str, position: int, day: date
) -> FreezeReviewPacket:
    """Return the command that freezes a review's packet as known at a position, on a day."""
    made = packet(engine, district, review, position, day)
    return FreezeReviewPacket(
        review=review,
        digest=made.digest,
        as_known_position=made.position,
        as_effective_on=made.day,
        inputs=made.inputs,
    )
