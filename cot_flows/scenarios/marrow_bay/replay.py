"""Plays the scenario: each step through the same door as a person's command, each night as ever.

At night the rules are run, and the course of the reviews goes on: packets freeze, what was not held
is put before the chair and lapses, effects are asked for. The story does none of that by hand.

Playing again records nothing: every event id is derived from district, row and step, and a night
whose moment the log has passed is not run again. So a play that was interrupted goes on where it
stopped, and ends with the log of one that was not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import Progress, utc_now
from cot_flows.errors import CotError
from cot_flows.handling import Handling, Request
from cot_flows.reviews.advancing import freezing
from cot_flows.reviews.cycle import advance
from cot_flows.reviews.sweep import sweep
from cot_flows.scenarios.marrow_bay.people import TIME_ZONE
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
from domain.facts.review import ReviewScheduled, ReviewTriggered, TriggerFact
from domain.ids import derived_id, review_slot
from domain.message import Command
from domain.review_course import FreezeReviewPacket
from events.active import active
from events.store import EventStore

MARROW_BAY = "marrow-bay"

SweepAt = Callable[[datetime], int]
"""Runs the rules at a moment and returns how many events that recorded."""

PacketOf = Callable[[str, int, date], FreezeReviewPacket]
"""Returns the command that freezes a review's packet as known at a position, on a day."""

AdvanceAt = Callable[[datetime], tuple[int, date | None]]
"""Does what the reviews ask for by a moment; returns how often it did, and the next day it asks."""


_MOVES_WHAT_IS_DUE = frozenset({"review", "action", "calendar_version", "chair_working_days"})
"""Fields of the commands after which a review or an action item may be due on another day: those
about one of them, a calendar, and the numbers of the cycle."""


class ScenarioFailed(CotError):
    """The scenario met a log or a rule that does not fit its story; nothing more was played."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that was refused, as the story says it must be."""

    row: int
    day: date
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Played:
    """What playing did: steps taken, events recorded now, and steps whose events were there.

    `recorded` counts the events of the nights too. `refusals` are those the story expects.
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
) -> Played:
    """Play the scenario into a district's log, up to and including a day; without one, whole.

    Raises ScenarioFailed when a step is refused that must not be, or is not when it must;
    LogDiffers and IdReused when the district exists with another content.
    """

    def swept(moment: datetime) -> int:
        report = sweep(engine, district, recorded_at=moment)
        if report.refused:
            first = report.refused[0]
            raise ScenarioFailed(f"the sweep of {moment:%Y-%m-%d} was refused: {first.why}")
        return len(report.opened)

    def advanced(moment: datetime) -> tuple[int, date | None]:
        before = engine.store.head(district).position
        report = advance(engine, district, recorded_at=moment)
        if report.refused:
            first = report.refused[0]
            raise ScenarioFailed(f"the night of {moment:%Y-%m-%d} was refused: {first.message}")
        return engine.store.head(district).position - before, report.next_day

    made_of = partial(freezing, engine, district)
    return Replay(engine.store, district, swept, advanced, made_of, on_progress).run(until)


class Replay:
    """One replay into one district of a store."""

    def __init__(
        self,
        store: EventStore,
        district: str,
        swept: SweepAt,
        advanced: AdvanceAt,
        packet_of: PacketOf,
        on_progress: Progress | None = None,
    ) -> None:
        """Prepare; `swept` runs the rules, `advanced` the course of the reviews.

        `packet_of` makes what a review looks at, where the steward freezes it.

        `on_progress` is told of each step beforehand.
        """
        self._store, self._district, self._swept = store, district, swept
        self._advanced, self._packet_of = advanced, packet_of
        # Until the first night has told, something may be due on any day.
        self._next_due = BEGINS_AT.date()
        self._handling = Handling(store, utc_now)
        self._on_progress = on_progress
        self._recorded = self._recognised = self._taken = 0
        self._refusals: list[Refusal] = []

    def run(self, until: date | None = None) -> Played:
        """Begin the log if it is not there, and play what it lacks."""
        self._store.create_log(
            self._district, clock="simulated", time_zone=TIME_ZONE, begins_at=BEGINS_AT
        )
        by_day = _by_day(steps())
        day, last = BEGINS_AT.date(), LAST_DAY if until is None else min(until, LAST_DAY)
        while day <= last:
            for step in by_day.get(day, ()):
                self._take(step)
            self._night(day)
            day += timedelta(days=1)
        return Played(self._taken, self._recorded, self._recognised, tuple(self._refusals))

    def _take(self, step: Step) -> None:
        if self._on_progress is not None:
            self._on_progress(step.name)
        self._taken += 1
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
            opened = self._swept(swept_at(day))
            self._recorded += opened
            if opened:
                self._next_due = day
        if self._next_due <= day and self._lies_ahead(advanced_at(day)):
            taken, next_day = self._advanced(advanced_at(day))
            self._recorded += taken
            self._next_due = next_day or date.max

    def _lies_ahead(self, moment: datetime) -> bool:
        # A log that is past a moment had its night then; run now, it would know too much.
        return self._store.head(self._district).recorded_at <= moment

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
        if step.into is not None:
            told["into"] = self._review(step, step.into)
        if step.shows:
            told["facts"] = tuple(
                TriggerFact(position=self._position(name), shows=shows)
                for name, shows in step.shows
            )
        if isinstance(step.command, FreezeReviewPacket):
            return self._packet_of(str(told["review"]), self._before(event_id), step.day)
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

    def _position(self, name: str) -> int:
        recorded = self._store.find(self._district, self._event_id(name))
        if recorded is None:
            raise ScenarioFailed(f"the step {name!r} is not in the log of {self._district}")
        return recorded.position


def _by_day(told: Iterable[Step]) -> dict[date, list[Step]]:
    by_day: dict[date, list[Step]] = {}
    for step in told:
        by_day.setdefault(step.day, []).append(step)
    return by_day
