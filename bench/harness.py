"""Measuring contestants fairly: the same work in turns, wall time and processor time, medians.

A round runs every contestant once, in an order that changes from round to round, so that a slow
disk or a busy neighbour meets all of them. What a run needs is prepared before its clock starts.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from bench.statements import statement

Work = Callable[[], int]
"""Does the work and returns how many units (events, rows, questions) it handled."""

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way of doing what a race is about. `prepare(calls)` makes the work of so many calls."""

    name: str
    prepare: Callable[[int], Work]
    most_calls: int = 100_000


@dataclass(frozen=True, slots=True)
class Race:
    """Contestants that do the same thing, counted in the same unit."""

    title: str
    unit: str
    contestants: tuple[Contestant, ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: rounds, and about how many seconds each contestant runs in each."""

    rounds: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians over the rounds, in seconds a unit.

    `processor` adds this process and the server's backends; None where the server is elsewhere.
    """

    wall: float
    processor: float | None


@dataclass(frozen=True, slots=True)
class _Sample:
    units: int
    wall: float
    processor: float | None


Outcome = dict[str, Measured]
"""Of a race: what was measured, by the name of the contestant."""


class Processor:
    """Reads the processor time that this process and the server's backends have used."""

    def __init__(self, url: str) -> None:
        """Watch the backends of the server behind the URL, through a connection of its own."""
        self._connection: psycopg.Connection[TupleRow] = psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def backends(self) -> list[int]:
        """Return the process ids of all other sessions' backends."""
        return [pid for (pid,) in self._connection.execute(statement("backends"))]

    @staticmethod
    def used(pids: Sequence[int]) -> float | None:
        """Return the seconds used until now; None if the backends are not on this machine."""
        taken = [_backend_seconds(pid) for pid in pids]
        if None in taken:
            return None
        return time.process_time() + sum(each or 0.0 for each in taken)


def run_race(race: Race, effort: Effort, processor: Processor) -> Outcome:
    """Run a race and return its medians."""
    calls = {each.name: _calibrated(each, effort.seconds) for each in race.contestants}
    samples: dict[str, list[_Sample]] = {each.name: [] for each in race.contestants}
    for number in range(effort.rounds):
        turn = number % len(race.contestants)
        for each in race.contestants[turn:] + race.contestants[:turn]:
            work = each.prepare(calls[each.name])
            samples[each.name].append(_timed(work, processor))
    return {name: _medians(taken) for name, taken in samples.items()}


def _calibrated(contestant: Contestant, seconds: float) -> int:
    """Return how many calls take about so many seconds; the trial also warms everything up."""
    calls = 1
    while True:
        work = contestant.prepare(calls)
        began = time.perf_counter()
        work()
        took = time.perf_counter() - began
        if took >= seconds / 4 or calls >= contestant.most_calls:
            return max(1, min(contestant.most_calls, round(calls * seconds / took)))
        calls = min(contestant.most_calls, max(calls * 2, round(calls * seconds / 3 / took)))


def _timed(work: Work, processor: Processor) -> _Sample:
    pids = processor.backends()
    gc.collect()
    gc.disable()
    try:
        used, began = processor.used(pids), time.perf_counter()
        units = work()
        wall, used_after = time.perf_counter() - began, processor.used(pids)
    finally:
        gc.enable()
    spent = None if used is None or used_after is None else used_after - used
    return _Sample(units, wall, spent)


def _medians(samples: Sequence[_Sample]) -> Measured:
    spent = [each.processor / each.units for each in samples if each.processor is not None]
    return Measured(
        wall=statistics.median(each.wall / each.units for each in samples),
        processor=statistics.median(spent) if len(spent) == len(samples) else None,
    )


def _backend_seconds(pid: int) -> float | None:
    """Return the user and system seconds of a backend, or None if it is not one of this machine."""
    place = Path("/proc", str(pid))
    try:
        if not (place / "comm").read_text().startswith("postgres"):
            return None
        # After the name, which may hold spaces and parentheses: state is the first field, the
        # times in user and system mode are the twelfth and thirteenth.
        fields = (place / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICKS
