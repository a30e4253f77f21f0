"""The flow `project`: the scheduled guarantee that projections catch up."""

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
)
from cot_flows.projecting import Projected, project_one
from projections.catalogue import PROJECTIONS


@task(task_run_name="{name} of {district}", **QUIETLY)
def catch_up(engine: Engine, name: str, district: str) -> Projected:
    """Bring one projection of one district up to the log; safe to repeat."""
    return project_one(engine, name, district)


@flow(name="project", persist_result=False, task_runner=SIDE_BY_SIDE)
def project(parameters: ForDistricts | None = None) -> int:
    """Bring all projections of one district, or of all, up to the log; returns rows written."""
    asked = parameters or ForDistricts()
    with product() as engine:
        meant = districts(engine, asked.district)
        done = each(catch_up, [(engine, one.name, name) for name in meant for one in PROJECTIONS])
        announce_all(engine, meant)
    say("projections", in_words(done), "Where each projection stands now.")
    return sum(one.rows for one in done)


def in_words(done: Sequence[Projected]) -> str:
    """Return what was done: a sentence, and a table of where each projection stands."""
    if not done:
        return "There is no district yet." + look_at()
    written = sum(one.rows for one in done)
    told = f"{len(done)} projections were brought up to the log; {written} rows were written."
    lines = [f"| {one.district} | {one.projection} | {one.position} | {one.rows} |" for one in done]
    head = ["| district | projection | stands at position | rows written |", "|---|---|---|---|"]
    anew = [f"{one.projection} of {one.district} was made anew" for one in done if one.rebuilt]
    return "\n".join([told, "", *head, *lines]) + look_at(*anew)
