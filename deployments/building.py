"""From the catalogue to what Prefect registers."""

from datetime import UTC, datetime
from uuid import UUID

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval, Schedule

from deployments.catalogue import Deployment, Timed

ANCHOR = datetime(2026, 1, 5, tzinfo=UTC)
"""Intervals are counted from here, so that registering again moves no run."""


def built(deployment: Deployment, *, work_pool: str | None = None) -> RunnerDeployment:
    """Return a deployment as Prefect takes it; for a work pool, or to be served.

    The limit on runs at once only saves cost; what keeps two from harm is in the database.
    """
    strategies = ConcurrencyLimitStrategy
    strategy = strategies.ENQUEUE if deployment.when_busy == "wait" else strategies.CANCEL_NEW
    return RunnerDeployment.from_entrypoint(
        entrypoint=deployment.entrypoint,
        name=deployment.name,
        description=deployment.description,
        tags=list(deployment.tags),
        parameters=dict(deployment.parameters),
        schedules=[scheduled(timed) for timed in deployment.schedules],
        concurrency_limit=ConcurrencyLimitConfig(
            limit=deployment.at_once, collision_strategy=strategy
        ),
        work_pool_name=work_pool,
    )


def registered_id(deployment: RunnerDeployment) -> UUID:
    """Register a deployment, or bring it up to date, and return its id."""
    registered = deployment.apply()
    if not isinstance(registered, UUID):
        raise TypeError("register deployments outside of an event loop")
    return registered


def scheduled(timed: Timed) -> Schedule:
    """Return a schedule as Prefect takes it."""
    if timed.cron is not None:
        return Cron(timed.cron, timezone=timed.time_zone, slug=timed.slug)
    if timed.every_seconds is None:
        raise ValueError(f"the schedule {timed.slug} names neither an interval nor a cron")
    return Interval(
        timed.every_seconds, anchor_date=ANCHOR, timezone=timed.time_zone, slug=timed.slug
    )
