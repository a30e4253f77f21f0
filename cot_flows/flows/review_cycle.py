"""The flow `review-cycle`: freezes packets, tells of what is late, lapses, asks for effects."""

from prefect import flow, task

from cot_flows.bootstrap import Engine
from cot_flows.flows.announcing import announce_all
from cot_flows.flows.opening import (
    QUIETLY,
    SIDE_BY_SIDE,
    ForDistricts,
    districts,
    each,
    look_at,
    product,
    say,
)
from cot_flows.projecting import project
from cot_flows.reviews.cycle import CycleReport, advance
from cot_flows.sealing.sealing import seal_if_possible


@task(task_run_name="advance {district}", **QUIETLY)
def advance_one(engine: Engine, district: str) -> CycleReport:
    """Advance one district's reviews and bring its projections up to what that recorded."""
    report = advance(engine, district)
    project(engine, district)
    if any(taken.step == "freeze" for taken in report.taken):
        # What a meeting looks at is proven from the day it was put together.
        seal_if_possible(engine, district)
    return report


@flow(name="review-cycle", persist_result=False, task_runner=SIDE_BY_SIDE)
def review_cycle(parameters: ForDistricts | None = None) -> int:
    """Advance the reviews of one district or all; returns how many steps were recorded."""
    asked = parameters or ForDistricts()
    with product() as engine:
        meant = districts(engine, asked.district)
        reports = each(advance_one, [(engine, name) for name in meant])
        announce_all(engine, meant)
    words = "\n".join(line for report in reports for line in in_words(report))
    refused = sum(len(report.refused) for report in reports)
    look = look_at(*((f"{refused} refused steps: a person must act",) if refused else ()))
    words = (words or "There is no district yet.") + look
    say("review-cycle", words, "What reviews asked for by now.")
    return sum(len(report.taken) for report in reports)


def in_words(report: CycleReport) -> list[str]:
    """Return a report as lines of Markdown."""
    lines = [
        f"### {report.district}, {report.today}",
        f"From position {report.position} on: {len(report.taken)} steps recorded.",
    ]
    for taken in report.taken:
        what = taken.step.replace("_", " ")
        lines.append(f"- **{what}**: {taken.named}, for {taken.due_on}")
    for refused in report.refused:
        what = refused.step.replace("_", " ")
        lines.append(f"- **refused, {what}**: {refused.named}: {refused.message}")
    return lines
