"""The command `sweep`: what opened, what was refused, what no longer holds."""

from collections.abc import Sequence
from dataclasses import asdict

from rich.markup import escape

from cot_flows.cli.exits import DONE, FOUND_WRONG
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import plain
from cot_flows.projecting import project as project_district
from cot_flows.reviews.standing import GoneCause, gone_now
from cot_flows.reviews.sweep import SweepReport
from cot_flows.reviews.sweep import sweep as sweep_district


def sweep(*, district: DistrictOption = None, json: JsonOption = False) -> int:
    """Evaluate the review policies now: open reviews, or join causes to open ones.

    Running it twice opens nothing twice. Ends with 1 when causes were refused; the others are
    recorded all the same, and the next sweep tries the refused ones again.
    """
    with opened() as engine:
        report = sweep_district(engine, head_of(engine, district).district)
        project_district(engine, report.district)
        gone = gone_now(engine, report)
    if json:
        out.print_json(data=plain(sweep_document(report, gone)))
    else:
        print_sweep(report, gone)
    return FOUND_WRONG if report.refused else DONE


def sweep_document(report: SweepReport, gone: Sequence[GoneCause]) -> dict[str, object]:
    """Return what a sweep did, by stable keys."""
    return {
        "district": report.district,
        "position": report.position,
        "today": report.today,
        "opened": [asdict(each) for each in report.opened],
        "standing": report.standing,
        "refused": [asdict(each) for each in report.refused],
        "waiting": [asdict(each) for each in report.waiting],
        "no_longer_holding": [asdict(each) for each in gone],
    }


def print_sweep(report: SweepReport, gone: Sequence[GoneCause]) -> None:
    """Print what a sweep opened and why, what was refused, and what no longer holds."""
    for each in report.opened:
        did = "joined an open review" if each.merged else f"opened, due {each.due_on}"
        out.print(f"[bold]{each.about}[/] {escape(each.title)} ({each.policy}): {did}")
        for shows in each.facts:
            out.print(f"    {escape(shows)}")
    for refused in report.refused:
        out.print(
            f"[bold red]Refused[/] {refused.about} {escape(refused.title)} ({refused.policy}): "
            f"{escape(refused.why)} ({refused.rule})"
        )
    for waiting in report.waiting:
        out.print(
            f"{waiting.about} {escape(waiting.title)} ({waiting.policy}): waits for the open "
            f"review {waiting.review[:8]} to end, and joins it if that is after {waiting.due_on}"
        )
    for cause in gone:
        out.print(
            f"[yellow]No longer holds[/] {cause.about}, review {cause.review[:8]}: "
            f"{cause.policy} would not fire for {cause.as_of_date} by what is known now; decide "
            "in the review"
        )
    out.print(
        f"{len(report.opened)} causes recorded; {report.standing} still hold and were recorded "
        f"before; {len(report.waiting)} wait; {len(gone)} of open reviews no longer hold; "
        f"{len(report.refused)} refused "
        f"({report.district}, {report.today})."
    )
