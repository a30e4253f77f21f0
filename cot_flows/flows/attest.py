"""The flow `attest`: stored rows compared with the log; the log then vouches for them."""

from prefect import flow, task
from pydantic import Field

from cot_flows.attesting import Attestation, Drawing, drawing
from cot_flows.attesting import attest as attest_district
from cot_flows.bootstrap import Engine
from cot_flows.errors import VerificationFailed
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


class Attesting(ForDistricts):
    """Which projections of which district, and whether all rows or a sample is compared."""

    projection: str | None = Field(
        default=None,
        pattern=r"^(unit_progress|activity_timeline|review_queue|evidence_freshness)$",
        description="One projection; all when left out",
    )
    every: bool = Field(default=False, description="Compare every row, not a sample")
    sample: int | None = Field(
        default=None, ge=1, le=100_000, description="Keys to draw of each projection"
    )
    seed: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$",
        description="Seed of the drawing; drawn anew when left out",
    )


@task(task_run_name="attest {district}", **QUIETLY)
def attest_one(
    engine: Engine, district: str, chosen: Drawing, name: str | None
) -> list[Attestation]:
    """Compare the rows of one district."""
    return attest_district(engine, district, chosen, name=name)


@flow(name="attest", persist_result=False, task_runner=SIDE_BY_SIDE)
def attest(parameters: Attesting | None = None) -> int:
    """Compare stored rows with the log; returns rows compared. Fails when any row differs."""
    asked = parameters or Attesting()
    chosen = drawing(every=asked.every, count=asked.sample, seed=asked.seed)
    with product() as engine:
        meant = districts(engine, asked.district)
        reports = each(attest_one, [(engine, name, chosen, asked.projection) for name in meant])
    found = [one for report in reports for one in report]
    words = "\n".join(f"- {one.in_words()}" for one in found)
    wrong = [one.in_words() for one in found if not one.holds]
    told = (words or "There is no district.") + look_at(*wrong)
    say("attestation", told, "Which rows were compared with the log.")
    if not all(one.holds for one in found):
        raise VerificationFailed(f"Stored rows are not those that the log gives.\n{words}")
    return sum(one.rows for one in found)
