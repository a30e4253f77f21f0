"""The flow `send-notices`: tells each person once a day what concerns them, in working hours."""

from zoneinfo import ZoneInfo

from prefect import flow, task

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
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
from cot_flows.notices.channels import channels
from cot_flows.notices.reporting import NoticeReport
from cot_flows.notices.sending import Desk
from cot_flows.projecting import project
from events.envelope import Head

WORKING_HOURS = range(7, 18)
"""Hours of the district's day in which notices are sent; the first run of the day does it all."""


@task(task_run_name="notices of {district}", **QUIETLY)
def send_one(engine: Engine, district: str) -> NoticeReport:
    """Send the notices of one district's day."""
    project(engine, district)
    return Desk(engine, district, channels(engine.settings)).send()


@flow(name="send-notices", persist_result=False, task_runner=SIDE_BY_SIDE)
def send_notices(parameters: ForDistricts | None = None) -> int:
    """Send the day's notices of one district or all; returns how many were handed over.

    A district named is served at any hour; left out, all those in whose zone it is working time.
    What cannot be handed over is recorded, and fails no run: the next one tries it once more.
    """
    asked = parameters or ForDistricts()
    with product() as engine:
        named = districts(engine, asked.district)
        heads = [engine.store.head(name) for name in named]
        due = [head.district for head in heads if asked.district or is_due(head)]
        reports = each(send_one, [(engine, name) for name in due])
        announce_all(engine, due)
    words = "\n".join(line for report in reports for line in in_words(report))
    words = (words or "No district is due now.") + look_at(*asks(reports))
    say("notices", words, "Who was told, and who could not be.")
    for report in reports:
        for fate in report.fates:
            if fate.failure is not None:
                warn(f"{report.district}: {fate.person} by {fate.channel}: {fate.failure}")
    return sum(report.sent for report in reports)


def is_due(head: Head) -> bool:
    """Say whether a district's people are told now: in its working hours, by a real clock."""
    return head.clock == "server" and utc_now().astimezone(ZoneInfo(head.time_zone)).hour in (
        WORKING_HOURS
    )


def asks(reports: list[NoticeReport]) -> list[str]:
    """Return what a person should look at after notices were sent."""
    failed = sum(len(report.fates) - report.sent for report in reports)
    unreached = sum(len(report.unreached) for report in reports)
    counts = {
        "notices that failed": failed,
        "people without an address, whom `cot notices address` gives one": unreached,
    }
    return [f"{count} {what}" for what, count in counts.items() if count]


def in_words(report: NoticeReport) -> list[str]:
    """Return a report as lines of Markdown, without addresses."""
    lines = [f"### {report.district}, {report.day}"]
    if report.closed:
        return [*lines, "Closed in the school calendar: nobody is told anything."]
    failed = len(report.fates) - report.sent
    lines.append(f"{report.sent} notices sent, {failed} failed.")
    lines += [
        f"- **FAILED** {fate.person} by {fate.channel}: {fate.failure}"
        for fate in report.fates
        if fate.failure is not None
    ]
    if report.unreached:
        lines.append(f"- no address: {', '.join(report.unreached)}")
    return lines
