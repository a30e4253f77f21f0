"""The flow `verify`: every invariant of the log and of the rows computed from it."""

from prefect import flow, task

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.errors import VerificationFailed
from cot_flows.flows.announcing import tell
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
from cot_flows.milestones.telling import Milestone, verification_failed
from cot_flows.verifying import LIMIT, VerifyReport
from cot_flows.verifying import verify as verify_district

FAULTS_SHOWN = 20


@task(task_run_name="verify {district}", **QUIETLY)
def verify_one(engine: Engine, district: str) -> VerifyReport:
    """Verify one district."""
    return verify_district(engine, district)


@flow(name="verify", persist_result=False, task_runner=SIDE_BY_SIDE)
def verify(parameters: ForDistricts | None = None) -> int:
    """Verify one district or all; returns events checked. The run fails when anything is wrong."""
    asked = parameters or ForDistricts()
    with product() as engine:
        reports = each(verify_one, [(engine, name) for name in districts(engine, asked.district)])
    words = "\n\n".join([*map(in_words, reports), LIMIT])
    wrong = [report for report in reports if report.findings]
    look = look_at(*(f"`cot verify --district {report.district}`" for report in wrong))
    say("verification", words + look, "What was checked, and the first faults if there are any.")
    if wrong:
        tell([milestone(report) for report in wrong])
        raise VerificationFailed(f"An invariant does not hold; `cot verify` tells all.\n{words}")
    return sum(report.positions for report in reports)


def milestone(report: VerifyReport) -> Milestone:
    """Return what automations are told of faults: how many, by which checks; no recorded value."""
    checks = [fault.check for fault in report.findings]
    return verification_failed(
        report.district, position=report.positions, checks=checks, now=utc_now()
    )


def in_words(report: VerifyReport) -> str:
    """Return a report for a page that many may see: checks and places, no recorded value."""
    clock = ", on a simulated clock: times were supplied" if report.clock == "simulated" else ""
    head = f"**{report.district}**: {report.positions} events read and checked{clock}."
    found = [f"- {fault.where}: {fault.check}" for fault in report.findings[:FAULTS_SHOWN]]
    told = f"{len(report.findings)} faults." if found else "Every invariant holds."
    return "\n".join([f"{head} {told}", *found])
