"""The flow `project`: the scheduled guarantee that projections catch up."""

from prefect import flow, task

from cot_flows.bootstrap import Engine
from cot_flows.flows.opening import (
    QUIETLY,
    SIDE_BY_SIDE,
    ForDistricts,
    districts,
    each,
    product,
    show,
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
    show("projections", [in_cells(one) for one in done], "Where each projection stands now.")
    return sum(one.rows for one in done)


def in_cells(done: Projected) -> dict[str, object]:
    """Return what was done for one projection as a row of the run's table."""
    return {
        "district": done.district,
        "projection": done.projection,
        "position": done.position,
        "rows written": done.rows,
        "rebuilt": done.rebuilt,
    }
