"""The flow `verify`: every invariant of the log and of the rows computed from it."""

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from cot_flows.errors import CotError
from cot_flows.flows.opening import ForDistricts, districts, product
from cot_flows.verifying import verify as verify_district


class VerificationFailed(CotError):
    """An invariant does not hold; the message names the first place."""


@flow(name="verify", persist_result=False)
def verify(parameters: ForDistricts | None = None) -> int:
    """Verify one district or all; returns events checked. The run fails when anything is wrong."""
    asked = parameters or ForDistricts()
    with product() as engine:
        reports = [verify_district(engine, each) for each in districts(engine, asked.district)]
    create_markdown_artifact(
        key="verification",
        markdown="\n\n".join(" ".join(report.lines()) for report in reports) or "No district yet.",
        description="What was checked, and the first fault if there is one.",
    )
    for report in reports:
        if report.findings:
            raise VerificationFailed(" ".join(report.lines()))
    return sum(report.positions for report in reports)
