"""Plays the scenario: each step through the same door as a person's command, each night as ever.

At night the rules are run, and the course of the reviews goes on: packets freeze, what was not held
is put before the chair and lapses, effects are asked for. The story does none of that by hand.

A play that died goes on where the log ends, and so ends with the log of one that did not. Every
event id is derived from district, row and step: the steps that the log holds are known by it and
are not taken again, nor are nights whose moment it has passed. A night that died on the way is
finished as it began: the rules look at what was known before it. Playing again records nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import Progress, utc_now
from cot_flows.handling import Handling, Request
from cot_flows.reviews.advancing import freezing
from cot_flows.reviews.cycle import advance
from cot_flows.reviews.sweep import sweep
from cot_flows.scenarios.marrow_bay.people import TIME_ZONE
from cot_flows.scenarios.marrow_bay.resuming import Resumed, ScenarioFailed, resumed
from cot_flows.scenarios.marrow_bay.step import OPEN, Slot, Step
from cot_flows.scenarios.marrow_bay.timeline import (
    BEGINS_AT,
    LAST_DAY,
    advanced_at,
    recorded_at,
    steps,
    sweep_days,
    swept_at,
)
from domain.errors import Rejected
from domain.facts.review import ReviewScheduled, ReviewTriggered
from domain.ids import derived_id, review_slot
from domain.message import Command
from domain.review_course import FreezeReviewPacket
from events.active import active
from events.store import EventStore
from projections.checkpoint import FailPoint, no_fail_point

MARROW_BAY = "marrow-bay"

SweepAt = Callable[[datetime, int], int]
"""Runs the rules at a moment, on what is known at a position; returns how many events it recorded.
"""

PacketOf = Callable[[str, int, date], FreezeReviewPacket]
"""Returns the command that freezes a review's packet as known at a position, on a day."""

AdvanceAt = Callable[[datetime], tuple[int, date | None]]
"""Does what the reviews ask for by a moment; returns how often it did, and the next day it asks."""


_MOVES_WHAT_IS_DUE = frozenset({"review", "action", "calendar_version", "chair_working_days"})
"""Fields of the commands after which a review or an action item may be due on another day: those
about one of them, a calendar, and the numbers of the cycle."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that was refused, as the story says it must be."""

    row: int
    day: date
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Played:
    """What playing did: the steps told, events recorded now, and events of steps that were there.

    `recorded` counts the events of the nights too. `refusals` are those met now that the story
    expects.
    """

    steps: int
    recorded: int
    recognised: int
    refusals: tuple[Refusal, ...]


def play(
    engine: Engine,
    *,
    district: str = MARROW_BAY,
    until: date | None = None,
    on_progress: Progress | None = None,
    fail_point: FailPoint = no_fail_point,
) -> Played:
    """Play the scenario into a district's log, up to and including a day; without one, whole.

    Raises ScenarioFailed when the log tells another story, or a step is refused that must not be,
    or is not when it must; LogDiffers when the district exists with another clock.
    """

    def swept(moment: datetime, position: int) -> int:
        report = sweep(engine, district, recorded_at=moment, as_of=position, fail_point=fail_point)
        if report.refused:
            first = report.refused[0]
            raise ScenarioFailed(f"the sweep of {moment:%Y-%m-%d} was refused: {first.why}")
        return len(report.opened)

    def advanced(moment: datetime) -> tuple[int, date | None]:
        before = engine.store.head(district).position
        report = advance(engine, district, recorded_at=moment, fail_point=fail_point)
        if report.refused:
            first = report.refused[0]
            raise ScenarioFailed(f"the night of {moment:%Y-%m-%d} was refused: {first.message}")
        return engine.store.head(district).position - before, report.next_day

    night = Night(swept, advanced, partial(freezing, engine, district))
    return Replay(engine.store, district, night, on_progress, fail_point).run(until)


@dataclass(frozen=True, slots=True)
class Night:
    """What the replay leaves to the review engine.

    `swept` runs the rules, `advanced` the course of the reviews; `packet_of` makes what a review
    looks at, where the steward freezes it before the night does.
    """

    swept: SweepAt
    advanced: AdvanceAt
    packet_of: PacketOf


class Replay:
    """One replay into one district of a store."""

    def __init__(
        self,
        store: EventStore,
        district: str,
        night: Night,
        on_progress: Progress | None = None,
        fail_point: FailPoint = no_fail_point,
    ) -> None:
        """Prepare; `on_progress` is told of each step beforehand."""
        self._store, self._district, self._of_night = store, district, night
        # Until the first night has told, something may be due on any day.
        self._next_due = BEGINS_AT.date()
        self._handling = Handling(store, utc_now)
        self._on_progress, self._fail_point = on_progress, fail_point
        self._recorded = self._recognised = self._taken = 0
        self._refusals: list[Refusal] = []
        self._resumed = Resumed(steps=0, events=0, reached=BEGINS_AT)

    def run(self, until: date | None = None) -> Played:
        """Begin the log if it is not there, and play what it lacks."""
        self._store.create_log(
            self._district, clock="simulated", time_zone=TIME_ZONE, begins_at=BEGINS_AT
        )
        self._resumed = resumed(self._store, self._district, self._event_id)
        self._recognised = self._resumed.events
        by_day = _by_day(steps())
        day, last = BEGINS_AT.date(), LAST_DAY if until is None else min(until, LAST_DAY)
        while day <= last:
            for step in by_day.get(day, ()):
                self._taken += 1
                if self._taken > self._resumed.steps:
                    self._take(step)
                    self._fail_point("after-step")
            self._night(day)
            day += timedelta(days=1)
        return Played(self._taken, self._recorded, self._recognised, tuple(self._refusals))

    def _take(self, step: Step) -> None:
        if self._on_progress is not None:
            self._on_progress(step.name)
        request = self._request(step)
        if _MOVES_WHAT_IS_DUE & type(request.command).model_fields.keys():
            self._next_due = min(self._next_due, step.day)
        try:
            done = self._handling.handle(self._district, request, recorded_at=recorded_at(step.day))
        except Rejected as refusal:
            if refusal.rule != step.refused:
                raise ScenarioFailed(f"{step.name}: {refusal}") from refusal
            self._refusals.append(Refusal(step.row, step.day, refusal.rule, refusal.message))
            return
        if step.refused is not None:
            raise ScenarioFailed(f"{step.name} was accepted; {step.refused} forbids it")
        self._recognised += len(done.positions) if done.recognised else 0
        self._recorded += 0 if done.recognised else len(done.positions)

    def _night(self, day: date) -> None:
        """Run the rules if the day ends so, and what the reviews ask for if they may ask."""
        if day in sweep_days() and self._lies_ahead(swept_at(day)):
            opened = self._of_night.swept(swept_at(day), self._known_before(swept_at(day)))
            self._recorded += opened
            if opened:
                self._next_due = day
        if self._next_due <= day and self._lies_ahead(advanced_at(day)):
            taken, next_day = self._of_night.advanced(advanced_at(day))
            self._recorded += taken
            self._next_due = next_day or date.max

    def _lies_ahead(self, moment: datetime) -> bool:
        # A log that was past a moment had its night then; run now, it would know too much.
        return self._resumed.reached <= moment

    def _known_before(self, moment: datetime) -> int:
        """Return the head, or where it was before a night that died on the way."""
        if self._resumed.reached < moment:
            return self._store.head(self._district).position
        earlier = moment - timedelta(microseconds=1)
        return self._store.position_known_at(self._district, earlier)

    def _event_id(self, name: str) -> UUID:
        return derived_id("marrow bay", self._district, name)

    def _request(self, step: Step) -> Request:
        event_id = self._event_id(step.name)
        return Request(
            command=self._command(step, event_id),
            event_id=event_id,
            actor=step.actor,
            occurred_on=step.occurred_on or step.day,
            effective_from=step.effective_from,
            reason=step.reason,
            source="scenario",
            corrects=None if step.corrects is None else self._event_id(step.corrects),
        )

    def _command(self, step: Step, event_id: UUID) -> Command:
        """Return the step's command with what only the log can tell filled in."""
        told: dict[str, object] = {}
        if step.slot is not None:
            told["review"] = self._review(step, step.slot)
        if isinstance(step.command, FreezeReviewPacket):
            return self._of_night.packet_of(str(told["review"]), self._before(event_id), step.day)
        if "as_of_position" in type(step.command).model_fields:
            told["as_of_position"] = self._before(event_id)
        return step.command.model_copy(update=told)

    def _before(self, event_id: UUID) -> int:
        """Return the last position before an event that is recorded, or is to be."""
        known = self._store.find(self._district, event_id)
        return self._store.head(self._district).position if known is None else known.position - 1

    def _review(self, step: Step, slot: Slot) -> str:
        """Return the review opened last in a slot by the time of a step."""
        subject = review_slot(slot.review_type, slot.about)
        opened = [
            each.event.review
            for each in active(self._store.read_subjects(self._district, [subject]))
            if isinstance(each.event, ReviewScheduled | ReviewTriggered)
            and each.recorded_at <= recorded_at(step.day)
        ]
        if not opened:
            raise ScenarioFailed(
                f"{step.name}: no {slot.review_type} about {slot.about} is {OPEN}; the "
                "rules did not open it"
            )
        return opened[-1]


def _by_day(told: Iterable[Step]) -> dict[date, list[Step]]:
    by_day: dict[date, list[Step]] = {}
    for step in told:
        by_day.setdefault(step.day, []).append(step)
    return by_day
