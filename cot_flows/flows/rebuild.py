"""The flow `rebuild`: a projection built anew beside the old rows, then switched."""

from prefect import flow
from pydantic import Field

from cot_flows.flows.opening import Parameters, look_at, product, say
from cot_flows.projecting import rebuild_one
from projections.rebuild import Rebuilt


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
    say("rebuild", in_words(parameters, done), "What the rebuild made and found.")
    return done.difference_count


def in_words(parameters: Rebuilding, done: Rebuilt) -> str:
    """Return what a rebuild made and found."""
    look = (
        ("why rows differ, before anybody relies on them: `cot rebuild` shows which",)
        if done.difference_count
        else ()
    )
    return (
        f"**{parameters.projection}** of {parameters.district}: {done.rows} rows at position "
        f"{done.position}, {done.difference_count} differ from the old ones, "
        f"{'switched' if done.switched else 'not switched'}."
    ) + look_at(*look)
