"""A sweep's rules run over the past, with policies of one's choice, writing nothing.

The rules are asked as known at the end of each simulated day and effective on it; what they find
becomes causes and reviews by the code of the sweep itself. A review that really exists ends when it
really ended; one that exists in the simulation only is assumed to stay open until so many working
days after it was due. What really happened before the first day is taken as it was.
"""

import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotConfigured
from cot_flows.projecting import day_of
from cot_flows.reviews.causes import Cause, cause_of, open_among
from cot_flows.reviews.past import Happening, Past, SweepAt, arrivals, read_past
from cot_flows.reviews.policies import calendar_among, policies_among
from domain.facts.district import ReviewPolicyAdopted
from domain.facts.review_course import ENDINGS
from domain.ids import subject
from domain.school_calendar import SchoolCalendar
from events.active import active
from events.envelope import RecordedEvent
from projections.rules import Firing, evaluate, rule_named

Sweeps = Literal["daily", "working-days", "as-run"]
"""On which days the rules are run: all, those that schools work, those that recorded a cause."""

HELD_AFTER = 5
"""Working days after its due date at which a review that never was is assumed to have ended."""

MOST_THREADS = 4

_REVIEWS = ("ReviewScheduled", "ReviewTriggered", "ReviewHeld")
_STAGES = ("UnitStageEntered", "UnitStageReverted", "UnitPutOnHold", "UnitHoldLifted")
WATCHES: dict[str, tuple[str, ...]] = {
    "cadence": _STAGES,
    "rating_regression": ("IndicatorRated",),
    "activities_completed": ("ActivityPlanned", "ActivityCompleted", *_REVIEWS),
}
"""By rule, the types of event that can change what it finds; corrections, registrations and what
concerns every key change any. Rules not named here see days pass too and are asked every time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is simulated: between which days, on which of them, with which policies.

    `policies` None means those that were in force on each day. `every` asks every rule at every
    moment, also where nothing changed that it sees; the answer is the same.
    """

    first: date
    last: date
    policies: tuple[ReviewPolicyAdopted, ...] | None = None
    sweeps: Sweeps = "daily"
    held_after: int = HELD_AFTER
    every: bool = False


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A cause that the domain would have refused, because its unit is not registered."""

    day: date
    policy: str
    about: str
    cause_key: str


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was simulated, and what really happened in the same days, in order."""

    past: Past
    moments: tuple[SweepAt, ...]
    asked: int
    policies: frozenset[str]
    would: tuple[Happening, ...]
    did: tuple[Happening, ...]
    refused: tuple[Unrecorded, ...]


def simulate(engine: Engine, district: str, wanted: Wanted) -> Simulated:
    """Run the rules over the past of a district; records nothing.

    Raises NotConfigured when the days are the wrong way round or lie ahead of the log's clock.
    """
    past = read_past(engine, district)
    _require_past(past, wanted)
    moments = _moments(past, wanted)
    in_force = [_policies(past, wanted, each) for each in moments]
    questions = _questions(past, wanted, moments, in_force)

    def answered(question: tuple[int, ReviewPolicyAdopted]) -> list[Firing]:
        number, policy = question
        return _firings(engine, district, moments[number], policy)

    threads = min(MOST_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(threads, "simulate") as pool:
        found = pool.map(answered, questions)
        world = _World(past, wanted)
        for (number, policy), firings in zip(questions, found, strict=True):
            for firing in firings:
                world.meet(moments[number], policy, firing)
    did = tuple(each for at, each in past.swept if wanted.first <= at.day <= wanted.last)
    names = frozenset(policy.policy for each in in_force for policy in each)
    would, refused = tuple(world.would), tuple(world.refused)
    return Simulated(past, tuple(moments), len(questions), names, would, did, refused)


def _require_past(past: Past, wanted: Wanted) -> None:
    today = day_of(past.head)
    if wanted.first > wanted.last:
        raise NotConfigured(f"--from {wanted.first} comes after --to {wanted.last}: swap them")
    if wanted.last > today:
        raise NotConfigured(
            f"--to {wanted.last} lies ahead: the log of {past.head.district} stands at {today}, "
            "and what it will know later cannot be simulated"
        )


def _moments(past: Past, wanted: Wanted) -> list[SweepAt]:
    if wanted.sweeps == "as-run":
        ran = {at for at, _ in past.swept if wanted.first <= at.day <= wanted.last}
        return sorted(ran, key=lambda at: (at.position, at.day))
    count = (wanted.last - wanted.first).days + 1
    moments = []
    for day in (wanted.first + timedelta(days=number) for number in range(count)):
        at = SweepAt(day, past.known_at_end_of(day))
        if at.position and (wanted.sweeps == "daily" or _calendar(past, at).is_working_day(day)):
            moments.append(at)
    return moments


def _calendar(past: Past, at: SweepAt) -> SchoolCalendar:
    return calendar_among((e for e in past.of_district if e.position <= at.position), at.day)


def _policies(past: Past, wanted: Wanted, at: SweepAt) -> list[ReviewPolicyAdopted]:
    if wanted.policies is not None:
        return sorted(wanted.policies, key=lambda each: each.policy)
    return policies_among((e for e in past.of_district if e.position <= at.position), at.day)


def _questions(
    past: Past,
    wanted: Wanted,
    moments: Sequence[SweepAt],
    in_force: Sequence[Sequence[ReviewPolicyAdopted]],
) -> list[tuple[int, ReviewPolicyAdopted]]:
    """Return which policy to ask at which moment: where its rule may find what it did not yet."""
    seen = arrivals(past, moments)
    for_all = seen["*"] | seen["UnitRegistered"]
    months = {
        number
        for number, at in enumerate(moments)
        if number == 0 or moments[number - 1].day.replace(day=1) != at.day.replace(day=1)
    }

    def stirred(number: int, rule: str) -> bool:
        if wanted.every or number in for_all or number in months or rule not in WATCHES:
            return True
        return any(number in seen[kind] for kind in WATCHES[rule])

    return [
        (number, policy)
        for number, policies in enumerate(in_force)
        for policy in policies
        if stirred(number, policy.rule)
    ]


def _firings(
    engine: Engine, district: str, at: SweepAt, policy: ReviewPolicyAdopted
) -> list[Firing]:
    with engine.reading() as connection:
        return evaluate(
            connection,
            rule_named(policy.rule),
            district,
            position=at.position,
            today=at.day,
            parameters=policy.parameters,
        )


@dataclass(frozen=True, slots=True)
class _Opened:
    """A review that the simulation opened.

    `imagined` says that no closing in the log can end it, because it never was or was closed before
    the simulation opens it: it stays open up to and including `until`.
    """

    review: str
    until: date
    imagined: bool


class _World:
    """The district as it would have become: which causes are known and which reviews are open."""

    def __init__(self, past: Past, wanted: Wanted) -> None:
        self.would: list[Happening] = []
        self.refused: list[Unrecorded] = []
        self._past, self._wanted = past, wanted
        before = [each for at, each in past.swept if at.day < wanted.first]
        self._known = {each.cause for each in before}
        # Reviews that a sweep opened later are there only if the simulation opens them.
        kept = {each.review for each in before}
        self._left_out = {each.review for _, each in past.swept if not each.merged} - kept
        self._real = {each.review for _, each in past.swept}
        self._opened: dict[str, list[_Opened]] = defaultdict(list)

    def meet(self, at: SweepAt, policy: ReviewPolicyAdopted, firing: Firing) -> None:
        """Let a firing become a cause, unless it is known: it opens a review or joins one."""
        told = (policy.policy, firing.about, firing.cause_key)
        if told in self._known:
            return
        kind, _, unit = firing.about.partition(":")
        if kind == "unit" and self._past.registered.get(unit, at.position + 1) > at.position:
            self.refused.append(Unrecorded(at.day, *told))
            return
        self._known.add(told)
        district, calendar = self._past.head.district, _calendar(self._past, at)
        cause = cause_of(district, policy, firing, calendar, position=at.position, today=at.day)
        joined = self._open_review(cause, at)
        if joined is None:
            self._open(cause, at, calendar)
        review, due = (cause.review, cause.due_on) if joined is None else (joined, None)
        title = firing.title if joined is None else ""
        self.would.append(Happening(at.day, *told, title, review, joined is not None, due))

    def _open(self, cause: Cause, at: SweepAt, calendar: SchoolCalendar) -> None:
        until = calendar.add_working_days(cause.due_on, self._wanted.held_after)
        imagined = cause.review not in self._real or self._closed(cause.review, at)
        self._opened[cause.slot].append(_Opened(cause.review, until, imagined))

    def _open_review(self, cause: Cause, at: SweepAt) -> str | None:
        events = self._known_of(cause.slot, at)
        really = [each for each in open_among(events) if each not in self._left_out]
        here = self._opened[cause.slot]
        simulated = [each.review for each in here if self._goes_on(each, at)]
        return next(iter((*really, *simulated)), None)

    def _goes_on(self, opened: _Opened, at: SweepAt) -> bool:
        if opened.imagined:
            return at.day <= opened.until
        return not self._closed(opened.review, at)

    def _closed(self, review: str, at: SweepAt) -> bool:
        of_review = active(self._known_of(subject("review", review), at))
        return any(isinstance(each.event, ENDINGS) for each in of_review)

    def _known_of(self, about: str, at: SweepAt) -> list[RecordedEvent]:
        return [each for each in self._past.of_subject[about] if each.position <= at.position]
