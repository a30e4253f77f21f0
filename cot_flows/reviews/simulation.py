"""A sweep's rules run over the past, with policies of one's choice, writing nothing.

The rules are asked as known at the end of each simulated day and effective on it; what they find
becomes causes and reviews by the code of the sweep itself. A review that really exists ends when it
really ended; one that exists in the simulation only is assumed to stay open until so many working
days after it was due. What really happened before the first day is taken as it was.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotConfigured
from cot_flows.projecting import day_of
from cot_flows.reviews.asking_days import AskingDays
from cot_flows.reviews.causes import BY_CALENDAR
from cot_flows.reviews.past import Happening, Past, SweepAt, read_past
from cot_flows.reviews.policies import calendar_among, in_force_since, policies_among
from cot_flows.reviews.simulated_world import World
from domain.facts.district import ReviewPolicyAdopted
from domain.school_calendar import SchoolCalendar
from projections.rules import Firing, evaluate, rule_named

Sweeps = Literal["daily", "working-days", "as-run"]
"""On which days the rules are run: all, those that schools work, those that recorded a cause."""

HELD_AFTER = 5
"""Working days after its due date at which a review that never was is assumed to have ended."""

MOST_THREADS = 4


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
    answers = _answers(engine, past, wanted, moments, in_force)
    world = World(past, wanted.first, wanted.held_after)
    _meet(world, moments, in_force, answers)
    did = tuple(each for at, each in past.swept if wanted.first <= at.day <= wanted.last)
    names = frozenset(policy.policy for each in in_force for policy in each)
    would = tuple(world.would)
    refused = tuple(Unrecorded(day, *told) for told, day in world.refused.items())
    return Simulated(past, tuple(moments), len(answers), names, would, did, refused)


def _meet(
    world: World,
    moments: Sequence[SweepAt],
    in_force: Sequence[Sequence[ReviewPolicyAdopted]],
    answers: Mapping[tuple[int, str], list[Firing]],
) -> None:
    standing: dict[str, list[Firing]] = {}
    for number, at in enumerate(moments):
        for policy in in_force[number]:
            firings = answers.get((number, policy.policy))
            if firings is not None:
                standing[policy.policy] = firings
            elif policy.rule in BY_CALENDAR:
                # Not asked because nothing changed: what waited for a review to end still does.
                firings = standing[policy.policy]
            world.meet(at, policy, firings or ())


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


def _since(past: Past, wanted: Wanted, at: SweepAt, policy: ReviewPolicyAdopted) -> date:
    if wanted.policies is not None:
        return wanted.first
    known = (e for e in past.of_district if e.position <= at.position)
    return in_force_since(known, policy, at.day)


def _answers(
    engine: Engine,
    past: Past,
    wanted: Wanted,
    moments: Sequence[SweepAt],
    in_force: Sequence[Sequence[ReviewPolicyAdopted]],
) -> dict[tuple[int, str], list[Firing]]:
    """Return what the rules find, by moment and policy, wherever that may be something new."""
    days = AskingDays(past, moments, every=wanted.every)
    within: dict[str, list[tuple[int, ReviewPolicyAdopted]]] = {}
    for number, policies in enumerate(in_force):
        for policy in policies:
            within.setdefault(policy.policy, []).append((number, policy))

    def answered(told: list[tuple[int, ReviewPolicyAdopted]]) -> dict[int, list[Firing]]:
        found: dict[int, list[Firing]] = {}
        # Adopted anew, with other numbers: another question from then on.
        for policy, numbers in _runs(told):

            def ask(number: int, policy: ReviewPolicyAdopted = policy) -> list[Firing]:
                at = moments[number]
                return _firings(engine, past, at, policy, _since(past, wanted, at, policy))

            found |= days.answers(policy, numbers, ask)
        return found

    threads = min(MOST_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(threads, "simulate") as pool:
        all_found = pool.map(answered, within.values())
        return {
            (number, name): firings
            for name, found in zip(within, all_found, strict=True)
            for number, firings in found.items()
        }


def _runs(
    told: Sequence[tuple[int, ReviewPolicyAdopted]],
) -> Iterator[tuple[ReviewPolicyAdopted, list[int]]]:
    for _, run in groupby(told, key=lambda each: each[1]):
        pairs = list(run)
        yield pairs[0][1], [number for number, _ in pairs]


def _firings(
    engine: Engine, past: Past, at: SweepAt, policy: ReviewPolicyAdopted, since: date
) -> list[Firing]:
    with engine.reading() as connection:
        return evaluate(
            connection,
            rule_named(policy.rule),
            past.head.district,
            position=at.position,
            today=at.day,
            parameters=policy.parameters,
            since=since,
        )
