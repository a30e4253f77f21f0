"""The flow `seal`: a signed checkpoint over what is new in each log."""

from prefect import flow, task

from cot_flows.bootstrap import Engine
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
from cot_flows.sealing.sealing import SealReport, seal_if_possible


@task(task_run_name="seal {district}", **QUIETLY)
def seal_one(engine: Engine, district: str) -> SealReport:
    """Seal one district's log."""
    return seal_if_possible(engine, district)


@flow(name="seal", persist_result=False, task_runner=SIDE_BY_SIDE)
def seal(parameters: ForDistricts | None = None) -> int:
    """Seal one district or all; returns how many checkpoints were made.

    A district without a key is passed over, with a warning in the run's log. The run fails when a
    log contradicts its last checkpoint.
    """
    asked = parameters or ForDistricts()
    with product() as engine:
        reports = each(seal_one, [(engine, name) for name in districts(engine, asked.district)])
    words = "\n".join(f"- {line}" for report in reports for line in report.lines())
    lacking = [f"{one.district} was not sealed" for one in reports if one.lacking is not None]
    words = (words or "There is no district yet.") + look_at(*lacking)
    say("sealing", words, "What was sealed, and what was not.")
    for report in reports:
        if report.lacking is not None:
            warn(f"{report.district} was not sealed: {report.lacking}")
    return sum(report.sealed for report in reports)
