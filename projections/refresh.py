"""Bring a projection's live rows up to the log: the keys that new events touch, and no others.

One transaction: lock the checkpoint, find the touched keys, store their rows, move the checkpoint.
Whatever ends it early leaves rows and checkpoint as they were; running it again carries on.
"""

from dataclasses import dataclass
from datetime import date

from psycopg import Connection
from psycopg.rows import TupleRow

from events.errors import UnknownLog
from projections.catalogue import Projection
from projections.checkpoint import (
    Checkpoint,
    FailPoint,
    Standing,
    Target,
    begin,
    lock,
    move,
    no_fail_point,
    peek,
    require_same_definitions,
    require_usable,
)
from projections.errors import CheckpointMoved
from projections.statements import statement

ALL_KEYS_ABOVE = 2000
"""With more touched keys than this, one query for all rows is cheaper than one for the keys."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: from which position to which, how many keys and rows it computed.

    `keys` is None when all rows were computed. Nothing was written if `position` equals
    `from_position` and `rows` is 0 and `keys` is 0.
    """

    projection: str
    district: str
    from_position: int
    position: int
    keys: int | None
    rows: int
    effective_on: date
    generation: int


def refresh(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    *,
    today: date,
    fail_point: FailPoint = no_fail_point,
) -> Refreshed:
    """Bring the live rows to the head of the log and to today; the first time, build them all.

    `today` is the date in the district's time zone. Raises UnknownLog, SchemaDiffers,
    NeedsRebuild, CheckpointAhead and CheckpointMoved; after each the rows are as they were.
    """
    standing = peek(connection, projection, district)
    require_same_definitions(projection, standing.installed_digest)
    if standing.live is not None and nothing_to_do(projection, district, standing, today):
        return _unchanged(projection, district, standing.live)
    with connection.transaction():
        connection.execute(statement("sql/engine/plan_for_these_values"))
        live = _locked(connection, projection, district, today)
        to = target(connection, district, today, live)
        require_usable(projection, district, live, to.position)
        fail_point("before-rows")
        keys, rows = carry_on(connection, projection, district, live, to)
        fail_point("between-rows-and-checkpoint")
        move(connection, projection, district, live, to)
        fail_point("before-commit")
    fail_point("after-commit")
    return Refreshed(
        projection=projection.name,
        district=district,
        from_position=live.position,
        position=to.position,
        keys=keys,
        rows=rows,
        effective_on=to.effective_on,
        generation=live.generation,
    )


def nothing_to_do(projection: Projection, district: str, standing: Standing, today: date) -> bool:
    """Say whether the live rows are already those of the head and of today."""
    live = standing.live
    if live is None:
        return False
    require_usable(projection, district, live, standing.head_position)
    day = max(today, standing.head_day)
    nothing_due = live.next_effective is None or live.next_effective > day
    return live.position == standing.head_position and nothing_due


def target(
    connection: Connection[TupleRow], district: str, today: date, *standing: Checkpoint
) -> Target:
    """Return what to bring rows to: the head as it is now, and today.

    Read once, so that all statements that follow mean the same position. The day is never before
    that of the last event (which may lie after a midnight that passed since `today` was taken:
    its facts count on their own day) nor before the one that the rows stand at.
    """
    row = connection.execute(statement("sql/engine/head"), {"district": district}).fetchone()
    if row is None:
        raise UnknownLog(district)
    head_position, head_day = row
    return Target(head_position, max(today, head_day, *(s.effective_on for s in standing)))


def carry_on(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    found: Checkpoint,
    to: Target,
) -> tuple[int | None, int]:
    """Bring the rows of a locked generation to a target; return the keys and rows computed.

    The checkpoint itself is left to `move`. None for the keys means all.
    """
    rows_of = {"district": district, "generation": found.generation}
    stored_as = rows_of | {"position": to.position, "effective": to.effective_on}
    far_behind = to.position - found.position > ALL_KEYS_ABOVE
    keys = None
    if found.position and not far_behind:
        keys = touched_keys(connection, projection, district, found, to)
    if keys is not None and not keys:
        return 0, 0
    if keys is None or len(keys) > ALL_KEYS_ABOVE:
        connection.execute(projection.sql("clear_generation"), rows_of)
        stored = connection.execute(projection.sql("store"), stored_as | {"keys": None})
        return None, stored.rowcount
    connection.execute(projection.sql("clear"), rows_of | {"keys": keys})
    stored = connection.execute(projection.sql("store"), stored_as | {"keys": keys})
    return len(keys), stored.rowcount


def touched_keys(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    found: Checkpoint,
    to: Target,
) -> list[str]:
    """Return the keys whose rows may differ between a checkpoint and a target, sorted."""
    span = {"district": district, "after": found.position, "up_to": to.position}
    keys: set[str] = set()
    if to.position > found.position:
        keys.update(key for (key,) in connection.execute(projection.sql("touched"), span))
    if to.effective_on > found.effective_on:
        days = {"date_after": found.effective_on, "date_up_to": to.effective_on}
        by_date = connection.execute(projection.sql("touched_by_date"), span | days)
        keys.update(key for (key,) in by_date)
    return sorted(keys)


def _locked(
    connection: Connection[TupleRow], projection: Projection, district: str, today: date
) -> Checkpoint:
    # A rebuild may switch generations while the lock is waited for: then the row that was waited
    # for is no longer live and the second look finds the one that is.
    for _ in range(2):
        live = lock(connection, projection, district, "live")
        if live is not None:
            return live
        begin(connection, projection, district, "live", today)
    live = lock(connection, projection, district, "live")
    if live is None:
        raise CheckpointMoved(
            f"{projection.name} of {district} was switched while its checkpoint was waited for; "
            f"nothing was changed, try again"
        )
    return live


def _unchanged(projection: Projection, district: str, live: Checkpoint) -> Refreshed:
    return Refreshed(
        projection=projection.name,
        district=district,
        from_position=live.position,
        position=live.position,
        keys=0,
        rows=0,
        effective_on=live.effective_on,
        generation=live.generation,
    )
