"""Plays the scenario: each step through the same door as a person's command, each sweep as ever.

Playing again records nothing: every event id is derived from district, row and step, and a sweep
whose moment the log has passed is not run again. So a play that was interrupted goes on where it
stopped, and ends with the log of one that was not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import Progress, utc_now
from cot_flows.errors import CotError
from cot_flows.handling import Handling, Request
from cot_flows.reviews.advancing import freezing
from cot_flows.reviews.causes import SCHEDULER
from cot_flows.reviews.sweep import sweep
from cot_flows.scenarios.marrow_bay.people import TIME_ZONE
from cot_flows.scenarios.marrow_bay.step import OPEN, Slot, Step
from cot_flows.scenarios.marrow_bay.timeline import (
    BEGINS_AT,
    days,
    recorded_at,
    steps,
    sweep_days,
    swept_at,
)
from domain.errors import Rejected
from domain.facts.review import ReviewScheduled, ReviewTriggered, TriggerFact
from domain.ids import derived_id, review_slot
from domain.message import Command
from domain.review import HoldReview
from domain.review_course import FreezeReviewPacket
from events.active import active
from events.store import EventStore

MARROW_BAY = "marrow-bay"

SweepAt = Callable[[datetime], int]
"""Runs the rules at a moment and returns how many events that recorded."""

PacketOf = Callable[[str, date], FreezeReviewPacket]
"""Returns the command that freezes a review's packet as known now, on a day."""


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

    `recorded` counts the events of sweeps too. `refusals` are those the story expects.
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

    def packet_of(review: str, day: date) -> FreezeReviewPacket:
        return freezing(engine, district, review, engine.store.head(district).position, day)

    return Replay(engine.store, district, swept, packet_of, on_progress).run(until)


class Replay:
    """One replay into one district of a store."""

    def __init__(
        self,
        store: EventStore,
        district: str,
        swept: SweepAt,
        packet_of: PacketOf,
        on_progress: Progress | None = None,
    ) -> None:
        """Prepare; `swept` runs the rules, `packet_of` makes what a review looks at.

        `on_progress` is told of each step beforehand.
        """
        self._store, self._district, self._swept = store, district, swept
        self._packet_of = packet_of
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
        for day in days():
            if until is not None and day > until:
                break
            for step in by_day.get(day, ()):
                self._take(step)
            if day in sweep_days():
                self._sweep(swept_at(day))
        return Played(self._taken, self._recorded, self._recognised, tuple(self._refusals))

    def _take(self, step: Step) -> None:
        if self._on_progress is not None:
            self._on_progress(step.name)
        self._taken += 1
        request = self._request(step)
        if isinstance(request.command, HoldReview):
            self._freeze(step, request.command.review)
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

    def _freeze(self, step: Step, review: str) -> None:
        """Freeze a review's packet before it is held, as the scheduler does."""
        event_id = self._event_id(f"{step.name}: packet")
        if self._store.find(self._district, event_id) is not None:
            return
        frozen = Request(
            command=self._packet_of(review, step.day),
            event_id=event_id,
            actor=SCHEDULER,
            occurred_on=step.day,
            source="scheduler",
        )
        done = self._handling.handle(self._district, frozen, recorded_at=recorded_at(step.day))
        self._recorded += len(done.positions)

    def _sweep(self, moment: datetime) -> None:
        # A log that is past this moment had its sweep then; run now, it would know too much.
        if self._store.head(self._district).recorded_at <= moment:
            self._recorded += self._swept(moment)

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
        if step.shows:
            told["facts"] = tuple(
                TriggerFact(position=self._position(name), shows=shows)
                for name, shows in step.shows
            )
        if "as_of_position" in type(step.command).model_fields:
            known = self._store.find(self._district, event_id)
            told["as_of_position"] = (
                self._store.head(self._district).position if known is None else known.position - 1
            )
        return step.command.model_copy(update=told)

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
