"""The sweep: evaluates every adopted policy and opens reviews, or joins causes to open ones.

Running it twice opens nothing twice: the id of what it records is derived from policy, subject and
cause. Two sweeps at once cannot open two reviews in one slot either, because the append is refused
when one was opened there meanwhile. It holds no state; everything is read from the log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.handling import Handling, Request
from cot_flows.projecting import day_of
from cot_flows.reviews.causes import SCHEDULER, Cause, causes_of, command_for, open_among
from cot_flows.reviews.policies import calendar_among, in_force_since, policies_among
from domain.errors import Rejected
from domain.facts.district import ReviewPolicyAdopted
from domain.facts.review import ReviewScheduled, ReviewTriggered
from domain.ids import DISTRICT_STREAM
from events.errors import ConditionFailed
from events.store import Unless
from projections.checkpoint import FailPoint, no_fail_point
from projections.rules import Firing, evaluate, rule_named

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Opened:
    """A review that the sweep opened, or a cause that it added to an open one (`merged`)."""

    review: str
    policy: str
    about: str
    title: str
    due_on: date
    merged: bool
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A cause that the domain refused to record: by which of its `rule`s, and `why`.

    `policy`, `about` and `cause_key` tell the cause; the next sweep tries it again.
    """

    policy: str
    about: str
    cause_key: str
    title: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A review that the calendar asks for and that cannot open yet, because `review` is open.

    It opens when that one ends. If that has not come to pass by `due_on`, its cause joins it.
    """

    policy: str
    about: str
    cause_key: str
    title: str
    due_on: date
    review: str


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one sweep of a district did, as of `position` and `today`.

    `standing` counts causes that still hold and had been recorded before. `refused` and `waiting`
    causes are not recorded; those beside them are.
    """

    district: str
    position: int
    today: date
    opened: tuple[Opened, ...]
    standing: int
    refused: tuple[Refused, ...] = ()
    waiting: tuple[Waiting, ...] = ()


class Sweep:
    """One sweep of one district."""

    def __init__(
        self,
        engine: Engine,
        district: str,
        *,
        recorded_at: datetime | None = None,
        as_of: int | None = None,
        fail_point: FailPoint = no_fail_point,
    ) -> None:
        """Prepare; `recorded_at` is the moment in a log with a simulated clock."""
        self._engine, self._district, self._fail_point = engine, district, fail_point
        self._handling = Handling(engine.store, utc_now)
        self._head = engine.store.head(district)
        self._as_of = self._head.position if as_of is None else as_of
        simulated = self._head.clock == "simulated"
        self._recorded_at = (recorded_at or self._head.recorded_at) if simulated else None
        moment = self._recorded_at
        zone = ZoneInfo(self._head.time_zone)
        self._today = moment.astimezone(zone).date() if moment else day_of(self._head)

    def run(self) -> SweepReport:
        """Evaluate all policies at one position and record what they ask for.

        A cause that the domain refuses is reported, and the sweep goes on with the others.
        """
        store, district = self._engine.store, self._district
        done: list[Opened | Refused | Waiting] = []
        standing = 0
        for cause in self._causes():
            if store.find(district, cause.event_id) is not None:
                # A past period that has its review is on record, and no news any more.
                standing += not cause.missed
                continue
            self._fail_point("before-review")
            done.append(self._tried(cause))
            self._fail_point("after-review")
        opened = tuple(each for each in done if isinstance(each, Opened))
        refused = tuple(each for each in done if isinstance(each, Refused))
        waiting = tuple(each for each in done if isinstance(each, Waiting))
        if opened:
            store.announce(district)
        at = (district, self._as_of, self._today)
        return SweepReport(*at, opened, standing, refused, waiting)

    def _causes(self) -> Iterator[Cause]:
        """Yield what the policies ask for, policy by policy, each in the order of its turn."""
        of_district = self._engine.store.read_stream(self._district, DISTRICT_STREAM)
        calendar = calendar_among(of_district, self._today)
        for policy in policies_among(of_district, self._today):
            firings = self._firings(policy, in_force_since(of_district, policy, self._today))
            yield from causes_of(
                self._district,
                policy,
                firings,
                calendar,
                position=self._as_of,
                today=self._today,
            )

    def _firings(self, policy: ReviewPolicyAdopted, since: date) -> list[Firing]:
        with self._engine.reading() as connection:
            return evaluate(
                connection,
                rule_named(policy.rule),
                self._district,
                position=self._as_of,
                today=self._today,
                parameters=policy.parameters,
                since=since,
            )

    def _tried(self, cause: Cause) -> Opened | Refused | Waiting:
        try:
            return self._record(cause)
        except Rejected as refusal:
            firing = cause.firing
            found = (cause.policy.policy, firing.about, firing.cause_key, firing.title)
            return Refused(*found, refusal.rule, refusal.message)

    def _record(self, cause: Cause) -> Opened | Waiting:
        for attempt in range(1, ATTEMPTS + 1):
            standing_at = self._engine.store.head(self._district).position
            review = self._open_review(cause)
            if review is not None and cause.turn(review) == "waits":
                return _waiting(cause, review)
            try:
                self._append(cause, review, standing_at)
            except (ConditionFailed, Rejected) as refusal:
                # A review was opened or closed in this slot meanwhile: look again.
                ended = ("review_closed", "review_ended")
                lost = isinstance(refusal, ConditionFailed) or refusal.rule in ended
                if not lost or attempt == ATTEMPTS:
                    raise
            else:
                return _opened(cause, review)
        raise AssertionError("unreachable: the loop returns or raises")

    def _open_review(self, cause: Cause) -> str | None:
        """Return the review that is open in the cause's slot, if any."""
        of_slot = self._engine.store.read_subjects(self._district, [cause.slot])
        return next(iter(open_among(of_slot)), None)

    def _append(self, cause: Cause, review: str | None, standing_at: int) -> None:
        opening = (ReviewScheduled.type_name(), ReviewTriggered.type_name())
        unless = Unless(cause.slot, opening, standing_at) if review is None else None
        request = Request(
            command=command_for(cause, review),
            event_id=cause.event_id,
            actor=SCHEDULER,
            occurred_on=self._today,
            reason=cause.reason(review),
            source="scheduler",
        )
        self._handling.handle(self._district, request, recorded_at=self._recorded_at, unless=unless)


def sweep(
    engine: Engine,
    district: str,
    *,
    recorded_at: datetime | None = None,
    as_of: int | None = None,
    fail_point: FailPoint = no_fail_point,
) -> SweepReport:
    """Evaluate the district's policies once and record what they ask for.

    In a district with a simulated clock `recorded_at` is the moment of the sweep; left out, it is
    where the clock stands. `as_of` is the position at which the rules are evaluated, for a sweep
    that died on the way and is finished as it began; left out, the head.
    """
    wanted = Sweep(engine, district, recorded_at=recorded_at, as_of=as_of, fail_point=fail_point)
    return wanted.run()


def _waiting(cause: Cause, review: str) -> Waiting:
    firing = cause.firing
    told = (cause.policy.policy, firing.about, firing.cause_key, firing.title)
    return Waiting(*told, cause.due_on, review)


def _opened(cause: Cause, review: str | None) -> Opened:
    return Opened(
        review=review or cause.review,
        policy=cause.policy.policy,
        about=cause.firing.about,
        title=cause.firing.title,
        due_on=cause.due_on,
        merged=review is not None,
        facts=tuple(shows for _, shows in cause.firing.facts),
    )
