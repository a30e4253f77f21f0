"""`cot audit report`: what an auditor asks of a log first, in tables."""

from datetime import date
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.markup import escape

from cot_flows.cli.exits import DONE, FOUND_WRONG
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import plain, print_table

if TYPE_CHECKING:
    from cot_flows.audit_report.report import AuditReport
    from cot_flows.audit_report.section import Section

MOST_DRAWN = 1000


def report(
    *,
    district: DistrictOption = None,
    from_: Annotated[
        date | None, Parameter(name="--from", help="Only what was recorded on this day or later.")
    ] = None,
    to: Annotated[
        date | None, Parameter(name="--to", help="Only what was recorded on this day or before.")
    ] = None,
    sample: Annotated[
        int,
        Parameter(help="How many events to draw.", validator=Number(gte=0, lte=MOST_DRAWN)),
    ] = 25,
    seed: Annotated[
        str | None,
        Parameter(help="Seed of a sample drawn before, to draw it again; a new one if left out."),
    ] = None,
    up_to: Annotated[
        int | None,
        Parameter(help="Last position of the report before, where the log has grown since."),
    ] = None,
    proofs: Annotated[
        Path | None, Parameter(help="Folder for a proof of each event drawn; none if left out.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Tell what was recorded late, corrected, relied on what fell, or is missing; draw a sample.

    Ends with 1 when something is beyond a limit without the reason or approval it takes, or should
    not be there at all. What is merely late, corrected or contested is no error. Whether the log
    was altered is another question: `cot verify`.
    """
    from cot_flows.audit_report.report import Drawing, audit_report

    with opened() as engine:
        drawing = Drawing(seed or token_hex(8), sample, proofs, up_to)
        found = audit_report(engine, head_of(engine, district), from_, to, drawing)
    if json:
        out.print_json(data=plain(found.as_dict()))
    else:
        _print(found)
    return FOUND_WRONG if found.wrong else DONE


def _print(found: "AuditReport") -> None:
    span = found.span
    days = f"{found.first or 'the beginning'} to {found.last or 'now'}"
    simulated = " · [yellow]simulated clock[/]" if found.head.clock == "simulated" else ""
    out.print(
        f"[bold]{found.head.district}[/] · recorded from {days} · positions {span.after + 1} to "
        f"{span.up_to}{simulated}"
    )
    for section in found.sections:
        _print_section(section)
    out.print()
    out.print(
        f"[bold red]{found.wrong} should not be there.[/]"
        if found.wrong
        else "Nothing is beyond a limit without the reason or approval it takes."
    )


def _print_section(section: "Section") -> None:
    out.print()
    out.print(f"[bold]{escape(section.title)}[/] ({section.total})")
    out.print(escape(section.meaning), style="dim")
    if section.wrong:
        out.print(f"[bold red]{section.wrong} {escape(str(section.wrong_means))}[/]")
    print_table(section.columns, section.rows, empty="None.")
    if section.total > len(section.rows):
        out.print(f"… and {section.total - len(section.rows)} more: ask for fewer days.")
