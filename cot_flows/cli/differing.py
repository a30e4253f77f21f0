"""`cot diff`: what changed between two moments of knowledge, and by which events."""

from datetime import date
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import plain, print_table
from cot_flows.errors import NotConfigured
from cot_flows.records.rights import Classes, classes_in
from cot_flows.replaying.difference import GROUPS, Difference, difference, moments
from cot_flows.replaying.documents import difference_document
from cot_flows.replaying.words import called, lines, name_of, sentence

PAIR = 2

HEADINGS = {
    "new": "New facts: happened after the earlier moment's day",
    "late": "Late facts: had happened by then, recorded only afterwards",
    "corrections": "Corrections: take the place of a fact, or take one back",
}


def diff(
    *,
    known_at: Annotated[
        list[str],
        Parameter(
            name="--known-at",
            negative="",
            help="A moment of knowledge: a day (its end counts) or a moment. Given twice, the two "
            "are compared; given once, with what is known now.",
        ),
    ],
    unit: Annotated[str | None, Parameter(help="Only what concerns the unit of this code.")] = None,
    effective_on: Annotated[
        list[date] | None,
        Parameter(
            name="--effective-on",
            negative="",
            help="Day that both are looked at on (left out: the later moment's). Given twice, one "
            "for each, in the order of --known-at.",
        ),
    ] = None,
    district: DistrictOption = None,
    json: JsonOption = False,
) -> None:
    """Show what changed between two moments: rows field by field, and the events that made it so.

    `cot diff --known-at 2026-03-01 --effective-on 2026-03-01 --unit HR` answers what was believed
    of HR on that day and is known otherwise now. The events in between come in three groups: new
    facts, late facts, corrections.
    """
    if len(known_at) > PAIR:
        raise NotConfigured(f"{len(known_at)} moments are named: --known-at is given once or twice")
    with opened() as engine:
        head = head_of(engine, district)
        second = known_at[1] if len(known_at) > 1 else None
        before, after = moments(engine, head, known_at[0], second, effective_on or ())
        found = difference(engine, head.district, before, after, unit=unit)
        classes = classes_in(engine.store, head.district)
    if json:
        out.print_json(data=plain(difference_document(found, classes)))
        return
    _print(found, classes, simulated=head.clock == "simulated")


def _print(found: Difference, classes: Classes, *, simulated: bool) -> None:
    about = found.district if found.unit is None else f"{found.district}, unit {found.unit}"
    clock = " · [yellow]simulated clock[/]" if simulated else ""
    a, b = found.before, found.after
    out.print(
        f"[bold]What changed[/] · {escape(about)} · known at position {a.position} "
        f"({a.known_on}), effective on {a.effective_on} → position {b.position} "
        f"({b.known_on}), effective on {b.effective_on}{clock}"
    )
    for change in found.changes:
        by = ", ".join(map(str, change.by)) or "the day alone"
        out.print(
            f"[bold]{escape(called(change.row))}[/] · {change.row.projection} · by {escape(by)}"
        )
        for line in lines(change.row):
            out.print(f"    {escape(line)}")
    if not found.changes:
        out.print("No row differs.")
    for name in GROUPS:
        out.print(f"[bold]{HEADINGS[name]}[/]")
        rows = [
            {
                "position": each.position,
                "recorded": each.recorded_at.date(),
                "occurred": each.occurred_on,
                "event": name_of(each),
                "on": each.fact_position if each.corrects else None,
                "says": sentence(each, classes(each)),
            }
            for each in found.events[name]
        ]
        columns = {"position": "Position", "recorded": "Recorded", "occurred": "Occurred"}
        columns |= {"event": "Event", "on": "On fact", "says": "Says"}
        print_table(columns, rows, empty="none")
