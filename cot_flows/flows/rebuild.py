"""The flow `rebuild`: a projection built anew beside the old rows, then switched."""

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from pydantic import Field

from cot_flows.flows.opening import Parameters, product
from cot_flows.projecting import rebuild_one


class Rebuilding(Parameters):
    """Which projection of which district, and whether to switch to the new rows."""

    projection: str = Field(
        pattern=r"^(unit_progress|activity_timeline|review_queue|evidence_freshness)$"
    )
    district: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    switch: bool = True


@flow(name="rebuild", persist_result=False)
def rebuild(parameters: Rebuilding) -> int:
    """Build a projection anew, compare it with the old rows, switch; returns rows that differ."""
    with product() as engine:
        done = rebuild_one(
            engine, parameters.projection, parameters.district, switch=parameters.switch
        )
    create_markdown_artifact(
        key="rebuild",
        markdown=f"**{parameters.projection}** of {parameters.district}: {done.rows} rows at "
        f"position {done.position}, {done.difference_count} differ from the old ones, "
        f"{'switched' if done.switched else 'not switched'}.",
        description="What the rebuild made and found.",
    )
    return done.difference_count
