"""The flow `review-sweep`: evaluates the policies and opens reviews, twice no more than once."""

from collections.abc import Sequence

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
    warn,
)
from cot_flows.projecting import project
from cot_flows.reviews.standing import GoneCause, gone_now
from cot_flows.reviews.sweep import SweepReport, sweep


@task(task_run_name="sweep {district}", **QUIETLY)
def sweep_one(engine: Engine, district: str) -> tuple[SweepReport, list[GoneCause]]:
    """Sweep one district, bring its projections up to it, and look at open reviews again."""
    report = sweep(engine, district)
    project(engine, district)
    return report, gone_now(engine, report)


@flow(name="review-sweep", persist_result=False, task_runner=SIDE_BY_SIDE)
def review_sweep(parameters: ForDistricts | None = None) -> int:
    """Sweep one district or all; returns how many causes were recorded.

    A refused cause does not fail the run: the others are recorded, and the run's page and log
    name it. The next run tries it again.
    """
    asked = parameters or ForDistricts()
    with product() as engine:
        meant = districts(engine, asked.district)
        done = each(sweep_one, [(engine, name) for name in meant])
        announce_all(engine, meant)
    words = "\n".join(line for report, gone in done for line in in_words(report, gone))
    words = (words or "There is no district yet.") + look_at(*asks(done))
    say("reviews", words, "Reviews that opened, and why.")
    for report, _ in done:
        for refused in report.refused:
            warn(f"{report.district}: {refused.policy} about {refused.about}: {refused.rule}")
    return sum(len(report.opened) for report, _ in done)


def asks(done: Sequence[tuple[SweepReport, list[GoneCause]]]) -> list[str]:
    """Return what a person should look at after a sweep."""
    counts = {
        "reviews that opened, with `cot reviews`": sum(len(r.opened) for r, _ in done),
        "reviews whose cause is gone": sum(len(gone) for _, gone in done),
        "refused causes, which the next sweep tries again": sum(len(r.refused) for r, _ in done),
    }
    return [f"{count} {what}" for what, count in counts.items() if count]


def in_words(report: SweepReport, gone: Sequence[GoneCause] = ()) -> list[str]:
    """Return a sweep's report as lines of Markdown, refused and void causes marked."""
    lines = [
        f"### {report.district}, {report.today}",
        (
            f"Evaluated at position {report.position}: {len(report.opened)} causes recorded, "
            f"{report.standing} still hold, {len(report.waiting)} wait, {len(gone)} no longer do, "
            f"{len(report.refused)} refused."
        ),
    ]
    for opened in report.opened:
        did = "joined an open review" if opened.merged else f"opened, due {opened.due_on}"
        facts = "; ".join(opened.facts[:3])
        lines.append(f"- **{opened.title}** ({opened.about}, by {opened.policy}): {did}. {facts}")
    lines += [
        f"- **REFUSED** {refused.title} ({refused.about}, by {refused.policy}): {refused.why} "
        f"({refused.rule})"
        for refused in report.refused
    ]
    lines += [
        f"- waits for review {each.review} to end, or joins it after {each.due_on}: {each.title} "
        f"({each.about}, by {each.policy})"
        for each in report.waiting
    ]
    lines += [
        f"- no longer holds: {cause.about}, by {cause.policy} for {cause.as_of_date} (review "
        f"{cause.review}); people decide"
        for cause in gone
    ]
    return lines
