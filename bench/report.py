"""The table of a run, on the screen and as a page."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from bench.goals import COMPARISONS, Comparison
from bench.harness import Measured, Outcome

SHOWN = ("What", "Ours", "Beside", "Ratio", "Goal", "")
PACKAGES = ("psycopg", "pydantic", "orjson", "eventsourcing")

PREFACE = """\
# Benchmarks

Written by `python -m bench --write docs/reference/benchmarks.md`; do not edit it by hand.

Every line compares two ways of doing the same work, measured in turns in one run on one server
that flushes to disk (`fsync` on), as the ratio of the medians over {rounds} rounds. The ratios are
what counts: times change with the machine and its disk, and are given for orientation only.
Hashing, version checks and strict order are on, and events are typed.

- **eventsourcing** is the Python library of that name in its default mode, whose events carry the
  same documents; its recorder is called directly unless the line says `app.save`, its projection
  runner counts the facts of each unit in a table.
- **floor** is the same server without a log around it: for one event a prepared insert of one row
  into a table with the same columns and indexes, for a thousand `COPY` into that table, for reads
  and projections one sequential scan (for projections with one field taken out of each document).
- A ratio of speeds says how many times as fast; a ratio of processor time (the client's and the
  server's backends' together) says what part of the other's time is used.

"""


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison with what was measured: texts ready to show."""

    what: str
    ours: str
    beside: str
    ratio: str
    goal: str
    verdict: str

    def cells(self) -> tuple[str, ...]:
        """Return the texts in the order of the columns."""
        return (self.what, self.ours, self.beside, self.ratio, self.goal, self.verdict)


def lines(outcomes: Mapping[str, Outcome], units: Mapping[str, str]) -> list[Line]:
    """Return the table for the races that were run; `units` gives the unit of each race."""
    return [
        _line(each, outcomes[each.race], units[each.race])
        for each in COMPARISONS
        if each.race in outcomes
    ]


def _line(comparison: Comparison, outcome: Outcome, unit: str) -> Line:
    ours = outcome[comparison.ours]
    other = None if comparison.other is None else outcome[comparison.other]
    ratio = None if other is None else _ratio(comparison, ours, other)
    met = None if ratio is None else comparison.met(ratio)
    sign = "≥" if comparison.measure == "speed" else "≤"
    beside = f" beside {comparison.other}" if comparison.other else ""
    processor = ", processor time" if comparison.measure == "processor" else ""
    return Line(
        what=f"{comparison.race}: {comparison.ours}{beside}{processor}",
        ours=_time(comparison, ours, unit),
        beside="" if other is None else _time(comparison, other, unit),
        ratio="" if ratio is None else _three_digits(ratio),
        goal="" if comparison.goal is None else f"{sign} {comparison.goal:g}",
        verdict={None: "", True: "met", False: "not met"}[met],
    )


def _ratio(comparison: Comparison, ours: Measured, other: Measured) -> float | None:
    if comparison.measure == "speed":
        return other.wall / ours.wall
    if ours.processor is None or other.processor is None:
        return None
    return ours.processor / other.processor


def _time(comparison: Comparison, measured: Measured, unit: str) -> str:
    seconds = measured.wall if comparison.measure == "speed" else measured.processor
    if seconds is None:
        return "not known"
    if comparison.measure == "speed" and unit == "event":
        return f"{_rounded(1 / seconds)} events/s"
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.1f} ms"


def _three_digits(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 100 else f"{ratio:.3g}"


def _rounded(number: float) -> str:
    digits = len(str(int(number)))
    return f"{round(number, -max(0, digits - 3)):,.0f}"


def table(rows: Sequence[Line]) -> Iterator[str]:
    """Yield the lines of the table for a terminal."""
    cells = [SHOWN, *(row.cells() for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(SHOWN))]
    for row in cells:
        texts = [row[0].ljust(widths[0])]
        texts += [row[n].rjust(widths[n]) for n in range(1, len(SHOWN))]
        yield "  ".join(texts).rstrip()


def page(rows: Sequence[Line], rounds: int, server_version: str) -> str:
    """Return the page: what was measured where, and the table."""
    body = [f"| {' | '.join(SHOWN)} |", "|" + " --- |" * len(SHOWN)]
    body += [f"| {' | '.join(row.cells())} |" for row in rows]
    machine = f"Measured on {machine_text()}; {versions_text(server_version)}.\n\n"
    return PREFACE.format(rounds=rounds) + machine + "\n".join(body) + "\n"


def machine_text() -> str:
    """Return what the machine has: cores and memory, and nothing that tells which one it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}"


def versions_text(server_version: str) -> str:
    """Return the versions that took part."""
    packages = [f"{name} {version(name)}" for name in PACKAGES]
    return ", ".join(
        [f"PostgreSQL {server_version}", f"Python {platform.python_version()}", *packages]
    )
