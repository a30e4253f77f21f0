"""The course of reviews: does for every open review what is due by now, in order of the days.

Each step is an event whose id is derived from review, step and due date: twice does nothing twice,
a run that died is run again and goes on, and what was missed is caught up under the day on which
it was due. It holds no state; what was done is read from the log.
"""

from dataclasses import dataclass
from datetime import date, datetime
from heapq import heapify, heappop, heappush
from uuid import UUID
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.handling import Handling, Request, folded
from cot_flows.projecting import day_of
from cot_flows.reviews.causes import SCHEDULER
from cot_flows.reviews.packet import packet
from cot_flows.reviews.policies import calendar_in_force, cycle_in_force
from domain.errors import Rejected
from domain.ids import derived_id
from domain.message import Command
from domain.review_course import (
    EscalateReview,
    FreezeReviewPacket,
    LapseReview,
    OpenEffectCheck,
    RemindOfReview,
)
from domain.review_state import ReviewState
from domain.review_steps import DueStep, StepName, steps
from events.errors import IdReused
from projections.checkpoint import FailPoint, no_fail_point
from projections.reading import read

CAUGHT_UP = "due on that day by the calendar; no run took place then, so it is recorded now"


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was recorded now, under the day on which it was due."""

    review: str
    about: str
    step: StepName
    day: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Refused:
    """A step that the rules of the domain refused; its review is left alone until the next run."""

    review: str
    step: StepName
    message: str


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What advancing a district's reviews did, from `position` on, as of `today`."""

    district: str
    position: int
    today: date
    taken: tuple[Taken, ...]
    refused: tuple[Refused, ...]


class Cycle:
    """One run over one district."""

    def __init__(
        self,
        engine: Engine,
        district: str,
        *,
        recorded_at: datetime | None = None,
        fail_point: FailPoint = no_fail_point,
    ) -> None:
        """Prepare; `recorded_at` is the moment in a log with a simulated clock."""
        self._engine, self._district, self._fail_point = engine, district, fail_point
        self._handling = Handling(engine.store, utc_now)
        self._head = engine.store.head(district)
        simulated = self._head.clock == "simulated"
        self._recorded_at = (recorded_at or self._head.recorded_at) if simulated else None
        self._zone = ZoneInfo(self._head.time_zone)
        moment = self._recorded_at
        self._today = moment.astimezone(self._zone).date() if moment else day_of(self._head)
        self._calendar = calendar_in_force(engine.store, district, self._today)
        self._rules = cycle_in_force(engine.store, district, self._today)

    def run(self) -> CycleReport:
        """Take all steps that are due, the earliest first."""
        taken: list[Taken] = []
        refused: list[Refused] = []
        waiting: list[tuple[date, date, str, DueStep]] = []
        for review in self._reviews():
            waiting += self._next(review)
        heapify(waiting)
        while waiting:
            _, _, review, step = heappop(waiting)
            self._fail_point("before-step")
            recorded, refusal = False, None
            try:
                recorded = self._take(review, step)
            except Rejected as error:
                refusal = error
            self._fail_point("after-step")
            if recorded:
                about = self._state(review).about or ""
                taken.append(Taken(review, about, step.name, step.day, step.due_on))
            following = self._next(review)
            if refusal is not None and step in (each[-1] for each in following):
                refused.append(Refused(review, step.name, refusal.message))
                continue
            # Refused and yet not asked for any more: another run or a person was quicker.
            for each in following:
                heappush(waiting, each)
        if taken:
            self._engine.store.announce(self._district)
        return CycleReport(
            self._district, self._head.position, self._today, tuple(taken), tuple(refused)
        )

    def _reviews(self) -> list[str]:
        """Return the reviews that may still ask for something."""
        with self._engine.reading() as connection:
            answer = read(connection, "review_queue", self._district, today=self._today)
        going = ("preparing", "packet_frozen", "closed")
        return [str(row["review"]) for row in answer.rows if row["phase"] in going]

    def _state(self, review: str) -> ReviewState:
        stream = ReviewState.stream(review)
        state = folded(stream, self._engine.store.read_stream(self._district, stream))
        if not isinstance(state, ReviewState):
            raise TypeError(f"the stream {stream} holds a {type(state).__name__}")
        return state

    def _next(self, review: str) -> list[tuple[date, date, str, DueStep]]:
        """Return the next step of a review that is due by now, if one is; it sorts by its day."""
        for step in steps(self._state(review), self._calendar, self._rules):
            if step.day > self._today:
                return []
            # What was recorded and taken back since is not done again.
            if self._engine.store.find(self._district, self._event_id(review, step)) is None:
                return [(step.day, step.due_on, review, step)]
        return []

    def _event_id(self, review: str, step: DueStep) -> UUID:
        due = step.due_on.isoformat()
        return derived_id("review step", self._district, review, step.name, due)

    def _take(self, review: str, step: DueStep) -> bool:
        """Record a step; return False when another run just did."""
        request = Request(
            command=self._command(review, step),
            event_id=self._event_id(review, step),
            actor=SCHEDULER,
            occurred_on=step.day,
            reason=CAUGHT_UP if step.day < self._today else None,
            source="scheduler",
        )
        try:
            done = self._handling.handle(self._district, request, recorded_at=self._recorded_at)
        except IdReused:
            return False
        return not done.recognised

    def _command(self, review: str, step: DueStep) -> Command:
        due_on, rules = step.due_on, self._rules
        match step.name:
            case "freeze":
                return self._freezing(review, step.day)
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
                    calendar_version=self._calendar.version,
                )
            case "effect_due":
                return OpenEffectCheck(review=review, due_on=due_on)
            case "packet_not_frozen" | "effect_reminder":
                occasion = "effect_check" if step.name == "effect_reminder" else step.name
                return RemindOfReview(
                    review=review, occasion=occasion, level="chair", due_on=due_on
                )

    def _freezing(self, review: str, day: date) -> FreezeReviewPacket:
        store, district = self._engine.store, self._district
        head = store.head(district)
        position = head.position
        if day < head.recorded_at.astimezone(self._zone).date():
            # As it would have been made that night; never before the review itself was known.
            opened = store.read_stream(district, ReviewState.stream(review))[0].position
            position = max(store.position_known_at(district, day), opened)
        return freezing(self._engine, district, review, position, day)


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


def advance(
    engine: Engine,
    district: str,
    *,
    recorded_at: datetime | None = None,
    fail_point: FailPoint = no_fail_point,
) -> CycleReport:
    """Do for every review of a district what is due by now.

    In a district with a simulated clock `recorded_at` is the moment of the run; left out, it is
    where the clock stands.
    """
    return Cycle(engine, district, recorded_at=recorded_at, fail_point=fail_point).run()
