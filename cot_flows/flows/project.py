"""The flow `project`: the scheduled guarantee that projections catch up."""

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from cot_flows.flows.opening import ForDistricts, districts, product
from cot_flows.projecting import Projected, project_one
from projections.catalogue import PROJECTIONS


@task(
    task_run_name="{name} of {district}",
    retries=2,
    retry_delay_seconds=[1, 5],
    cache_policy=NO_CACHE,
    persist_result=False,
)
def catch_up(name: str, district: str) -> Projected:
    """Bring one projection of one district up to the log; safe to repeat."""
    with product() as engine:
        return project_one(engine, name, district)


@flow(name="project", persist_result=False)
def project(parameters: ForDistricts | None = None) -> int:
    """Bring all projections of one district, or of all, up to the log; returns rows written."""
    asked = parameters or ForDistricts()
    with product() as engine:
        meant = districts(engine, asked.district)
    done = [catch_up(each.name, district) for district in meant for each in PROJECTIONS]
    create_table_artifact(
        key="projections",
        table=[
            {
                "district": each.district,
                "projection": each.projection,
                "position": each.position,
                "rows written": each.rows,
                "rebuilt": each.rebuilt,
            }
            for each in done
        ],
        description="Where each projection stands now, and what this run wrote.",
    )
    return sum(each.rows for each in done)
