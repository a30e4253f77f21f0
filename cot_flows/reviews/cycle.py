"""The course of reviews: does for every open review what is due by now, in order of the days.

And for every action item that is late: who is told climbs from its owner to the superintendent.
Each step is an event whose id is derived from its subject, step and due date: twice does nothing
twice, a run that died is run again and goes on, and what was missed is caught up under the day on
which it was due. It holds no state; what was done is read from the log.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import heapify, heappop, heappush
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.handling import Handling, Request
from cot_flows.projecting import day_of
from cot_flows.reviews.advancing import Advancing, Bearings, Named, Step, advancing, promised
from cot_flows.reviews.causes import SCHEDULER
from cot_flows.reviews.policies import calendar_in_force, cycle_in_force
from domain.errors import Rejected
from events.errors import IdReused
from projections.checkpoint import FailPoint, no_fail_point
from projections.reading import read

CAUGHT_UP = "due on that day by the calendar; no run took place then, so it is recorded now"

_Waiting = tuple[date, date, str, Step, Advancing]
"""A step and whose it is, behind what it is sorted by; a stream has one step waiting at most."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was recorded now, under the day on which it was due."""

    named: Named
    step: str
    day: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Refused:
    """A step that the rules of the domain refused; what it is about waits for the next run."""

    named: Named
    step: str
    message: str


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What advancing a district's reviews did, from `position` on, as of `today`.

    `next_day` is the first day after `today` on which a review or an action item may ask for
    something, if nothing more happens until then; None if none will.
    """

    district: str
    position: int
    today: date
    taken: tuple[Taken, ...]
    refused: tuple[Refused, ...]
    next_day: date | None = None


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
        self._store, self._fail_point = engine.store, fail_point
        self._handling = Handling(engine.store, utc_now)
        self._head = engine.store.head(district)
        simulated = self._head.clock == "simulated"
        self._recorded_at = (recorded_at or self._head.recorded_at) if simulated else None
        zone = ZoneInfo(self._head.time_zone)
        moment = self._recorded_at
        today = moment.astimezone(zone).date() if moment else day_of(self._head)
        self._at = Bearings(
            engine=engine,
            district=district,
            today=today,
            zone=zone,
            calendar=calendar_in_force(engine.store, district, today),
            rules=cycle_in_force(engine.store, district, today),
        )
        self._ahead: dict[str, date] = {}

    def run(self) -> CycleReport:
        """Take all steps that are due, the earliest first."""
        taken: list[Taken] = []
        refused: list[Refused] = []
        waiting: list[_Waiting] = []
        for one in self._advancing():
            waiting += self._next(one)
        heapify(waiting)
        while waiting:
            *_, step, one = heappop(waiting)
            self._fail_point("before-step")
            recorded, refusal = False, None
            try:
                recorded = self._take(step)
            except Rejected as error:
                refusal = error
            self._fail_point("after-step")
            if recorded:
                taken.append(Taken(one.named, step.name, step.day, step.due_on))
            following = self._next(one)
            if refusal is not None and any(each[3] == step for each in following):
                refused.append(Refused(one.named, step.name, refusal.message))
                self._ahead[one.key] = self._at.today + timedelta(days=1)
                continue
            # Refused and yet not asked for any more: another run or a person was quicker.
            for each in following:
                heappush(waiting, each)
        if taken:
            self._store.announce(self._at.district)
        return CycleReport(
            district=self._at.district,
            position=self._head.position,
            today=self._at.today,
            taken=tuple(taken),
            refused=tuple(refused),
            next_day=min(self._ahead.values(), default=None),
        )

    def _advancing(self) -> list[Advancing]:
        """Return the reviews and late action items that may still ask for something."""
        at = self._at
        with at.engine.reading() as connection:
            answer = read(connection, "review_queue", at.district, today=at.today)
        self._ahead = promised(at, answer.rows)
        return list(advancing(at, answer.rows))

    def _next(self, one: Advancing) -> list[_Waiting]:
        """Return the next step that is due by now, if one is; it sorts by its day."""
        self._ahead.pop(one.key, None)
        for step in one.steps():
            if step.day > self._at.today:
                self._ahead[one.key] = step.day
                return []
            # What was recorded and taken back since is not done again.
            if self._store.find(self._at.district, step.event_id) is None:
                return [(step.day, step.due_on, one.key, step, one)]
        return []

    def _take(self, step: Step) -> bool:
        """Record a step; return False when another run just did."""
        request = Request(
            command=step.command(),
            event_id=step.event_id,
            actor=SCHEDULER,
            occurred_on=step.day,
            reason=CAUGHT_UP if step.day < self._at.today else None,
            source="scheduler",
        )
        try:
            done = self._handling.handle(self._at.district, request, recorded_at=self._recorded_at)
        except IdReused:
            return False
        return not done.recognised


def advance(
    engine: Engine,
    district: str,
    *,
    recorded_at: datetime | None = None,
    fail_point: FailPoint = no_fail_point,
) -> CycleReport:
    """Do for every review of a district, and every late action item, what is due by now.

    In a district with a simulated clock `recorded_at` is the moment of the run; left out, it is
    where the clock stands.
    """
    return Cycle(engine, district, recorded_at=recorded_at, fail_point=fail_point).run()
