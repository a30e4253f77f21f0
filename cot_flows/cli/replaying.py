"""`cot replay`: a district's history, one event at a time, with the rows that each one changed."""

import sys
from collections.abc import Iterable
from typing import Annotated
from zoneinfo import ZoneInfo

import orjson
from cyclopts import Parameter
from cyclopts.validators import Number
from rich.markup import escape

from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out, told
from cot_flows.cli.showing import plain
from cot_flows.errors import UnknownThing
from cot_flows.records.rights import Classes, classes_in
from cot_flows.replaying.documents import event_entry, row_entry
from cot_flows.replaying.stepping import Step, span, steps
from cot_flows.replaying.words import called, lines, name_of, sentence
from domain.ids import subject
from events.envelope import Head


def replay(
    *,
    begin: Annotated[
        str | None,
        Parameter(name="--from", help="Begin at a position, or on a day; left out, at the first."),
    ] = None,
    end: Annotated[
        str | None, Parameter(name="--to", help="End at a position, or with a day; at the last.")
    ] = None,
    unit: Annotated[
        str | None, Parameter(help="Only what concerns the unit of this code or changes it.")
    ] = None,
    every: Annotated[
        int | None,
        Parameter(
            help="At a terminal, wait after so many steps instead of after each; 0: never.",
            validator=Number(gte=0),
        ),
    ] = None,
    district: DistrictOption = None,
    json: JsonOption = False,
) -> None:
    """Play a district's history forward: each event in plain words, and the rows it changed.

    At a terminal Enter goes on and q ends; elsewhere all is printed. With --json each step is one
    line: position, event, changed rows. Nothing is written to the database.
    """
    with opened() as engine:
        head = head_of(engine, district)
        played = span(engine, head, begin, end, unit)
        if unit is not None and not engine.store.read_subjects(
            head.district, [subject("unit", unit)]
        ):
            raise UnknownThing(f"there is no unit {unit!r} in {head.district}: see `cot units`")
        going = steps(engine, head, played)
        classes = classes_in(engine.store, head.district)
        if json:
            _as_lines(going, classes)
            return
        waits = 0 if not _at_a_terminal() else (1 if every is None else every)
        shown = _show(going, head, classes, waits)
    last = f"positions {played.after + 1} to {played.up_to} of {head.position}"
    told.print(f"{shown} steps shown ({escape(head.district)}, {last}).")


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _as_lines(going: Iterable[Step], classes: Classes) -> None:
    for step in going:
        document = {
            "position": step.recorded.position,
            "event": event_entry(step.recorded, classes(step.recorded)),
            "rows": [row_entry(each) for each in step.changes],
        }
        out.file.write(orjson.dumps(plain(document)).decode() + "\n")
        out.file.flush()


def _show(going: Iterable[Step], head: Head, classes: Classes, waits: int) -> int:
    """Print steps, waiting after every `waits` of them (0: never); return how many were shown."""
    shown = 0
    for step in going:
        if waits and shown and shown % waits == 0 and not _goes_on():
            break
        _print(step, head, classes)
        shown += 1
    return shown


def _goes_on() -> bool:
    """Wait for a line; q or the end of input stops."""
    told.print("[dim]Enter: next · q: end[/] ", end="")
    line = sys.stdin.readline()
    return bool(line) and line.strip().lower() not in {"q", "quit"}


def _print(step: Step, head: Head, classes: Classes) -> None:
    recorded = step.recorded
    local = recorded.recorded_at.astimezone(ZoneInfo(head.time_zone))
    happened = "" if recorded.occurred_on == local.date() else f", happened {recorded.occurred_on}"
    on = f" [yellow](in place of {recorded.fact_position})[/]" if recorded.corrects else ""
    out.print(
        f"[bold]{recorded.position}[/] · {local:%Y-%m-%d %H:%M}{happened} · "
        f"[bold]{escape(name_of(recorded))}[/]{on} · by {escape(recorded.actor)}"
    )
    out.print(f"    {escape(sentence(recorded, classes(recorded)))}")
    for change in step.changes:
        out.print(f"    [cyan]{change.projection}[/] {escape(called(change))}")
        for line in lines(change):
            out.print(f"        {escape(line)}")
