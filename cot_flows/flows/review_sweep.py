"""The flow `review-sweep`: evaluates the policies and opens reviews, twice no more than once."""

from prefect import flow, task

from cot_flows.bootstrap import Engine
from cot_flows.flows.opening import (
    QUIETLY,
    SIDE_BY_SIDE,
    ForDistricts,
    districts,
    each,
    product,
    say,
)
from cot_flows.projecting import project
from cot_flows.reviews.sweep import SweepReport, sweep


@task(task_run_name="sweep {district}", **QUIETLY)
def sweep_one(engine: Engine, district: str) -> SweepReport:
    """Sweep one district and bring its projections up to what that recorded."""
    report = sweep(engine, district)
    project(engine, district)
    return report


@flow(name="review-sweep", persist_result=False, task_runner=SIDE_BY_SIDE)
def review_sweep(parameters: ForDistricts | None = None) -> int:
    """Sweep one district or all; returns how many causes were recorded."""
    asked = parameters or ForDistricts()
    with product() as engine:
        reports = each(sweep_one, [(engine, name) for name in districts(engine, asked.district)])
    words = "\n".join(line for report in reports for line in in_words(report))
    say("reviews", words or "There is no district yet.", "Reviews that opened, and why.")
    return sum(len(report.opened) for report in reports)


def in_words(report: SweepReport) -> list[str]:
    """Return a sweep's report as lines of Markdown."""
    lines = [
        f"### {report.district}, {report.today}",
        (
            f"Evaluated at position {report.position}: {len(report.opened)} causes recorded, "
            f"{report.standing} still hold."
        ),
    ]
    for opened in report.opened:
        did = "joined an open review" if opened.merged else f"opened, due {opened.due_on}"
        facts = "; ".join(opened.facts[:3])
        lines.append(f"- **{opened.title}** ({opened.about}, by {opened.policy}): {did}. {facts}")
    return lines
