"""From the catalogue to what Prefect registers."""

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval, Schedule

from deployments.catalogue import Deployment, Timed


def built(deployment: Deployment, *, work_pool: str | None = None) -> RunnerDeployment:
    """Return a deployment as Prefect takes it; for a work pool, or to be served.

    A run beyond the limit is cancelled, not queued: the next one does its work too. The limit
    only saves cost; what keeps two runs from harm is in the database.
    """
    return RunnerDeployment.from_entrypoint(
        entrypoint=deployment.entrypoint,
        name=deployment.name,
        description=deployment.description,
        tags=list(deployment.tags),
        parameters=dict(deployment.parameters),
        schedules=[scheduled(timed) for timed in deployment.schedules],
        concurrency_limit=ConcurrencyLimitConfig(
            limit=deployment.at_once, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        work_pool_name=work_pool,
    )


def scheduled(timed: Timed) -> Schedule:
    """Return a schedule as Prefect takes it."""
    if timed.cron is not None:
        return Cron(timed.cron, timezone=timed.time_zone, slug=timed.slug)
    if timed.every_seconds is None:
        raise ValueError(f"the schedule {timed.slug} names neither an interval nor a cron")
    return Interval(timed.every_seconds, timezone=timed.time_zone, slug=timed.slug)
