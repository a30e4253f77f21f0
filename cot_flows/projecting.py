"""Projections of a district, as commands, flows and the follower use them."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import Progress, utc_now
from events.envelope import Head
from projections.catalogue import PROJECTIONS, projection_named
from projections.checkpoint import FailPoint, no_fail_point
from projections.errors import NeedsRebuild
from projections.rebuild import Rebuilt, rebuild
from projections.refresh import refresh


@dataclass(frozen=True, slots=True)
class Projected:
    """What bringing one projection up to the log did: rows written, at which position it stands."""

    projection: str
    district: str
    position: int
    rows: int
    rebuilt: bool


def today_of(engine: Engine, district: str) -> date:
    """Return the date in the district: by the server's clock, or where a simulated one stands."""
    return day_of(engine.store.head(district))


def day_of(head: Head) -> date:
    """Return the date in the district whose head this is."""
    moment = head.recorded_at if head.clock == "simulated" else utc_now()
    return moment.astimezone(ZoneInfo(head.time_zone)).date()


def project_one(
    engine: Engine, name: str, district: str, *, fail_point: FailPoint = no_fail_point
) -> Projected:
    """Bring one projection of a district up to the log; rebuild it when its query has changed."""
    projection, today = projection_named(name), today_of(engine, district)
    try:
        with engine.projecting() as connection:
            done = refresh(connection, projection, district, today=today, fail_point=fail_point)
        return Projected(name, district, done.position, done.rows, rebuilt=False)
    except NeedsRebuild:
        anew = rebuild_one(engine, name, district)
        return Projected(name, district, anew.position, anew.rows, rebuilt=True)


def project(engine: Engine, district: str) -> list[Projected]:
    """Bring all projections of a district up to the log."""
    return [project_one(engine, projection.name, district) for projection in PROJECTIONS]


def rebuild_one(
    engine: Engine,
    name: str,
    district: str,
    *,
    switch: bool = True,
    on_progress: Progress | None = None,
    fail_point: FailPoint = no_fail_point,
) -> Rebuilt:
    """Build a projection anew beside the old rows, compare, and switch."""
    return rebuild(
        engine.projecting,
        projection_named(name),
        district,
        today=today_of(engine, district),
        switch=switch,
        on_progress=on_progress,
        fail_point=fail_point,
    )
