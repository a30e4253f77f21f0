"""The flow `review-sweep`: evaluates the policies and opens reviews, twice no more than once."""

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from cot_flows.flows.opening import ForDistricts, districts, product
from cot_flows.projecting import project
from cot_flows.reviews.sweep import SweepReport, sweep


@flow(name="review-sweep", persist_result=False)
def review_sweep(parameters: ForDistricts | None = None) -> int:
    """Sweep one district or all; returns how many causes were recorded."""
    asked = parameters or ForDistricts()
    reports: list[SweepReport] = []
    with product() as engine:
        for district in districts(engine, asked.district):
            reports.append(sweep(engine, district))
            project(engine, district)
    create_markdown_artifact(
        key="reviews",
        markdown="\n".join(line for report in reports for line in in_words(report))
        or "There is no district yet.",
        description="Reviews that opened, and why.",
    )
    return sum(len(report.opened) for report in reports)


def in_words(report: SweepReport) -> list[str]:
    """Return a sweep's report as lines of Markdown."""
    lines = [
        f"### {report.district}, {report.today}",
        f"{len(report.opened)} causes recorded, {report.standing} still hold.",
    ]
    for each in report.opened:
        did = "joined an open review" if each.merged else f"opened, due {each.due_on}"
        lines.append(f"- **{each.title}** ({each.about}): {did}. {'; '.join(each.facts[:3])}")
    return lines
