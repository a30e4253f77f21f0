"""Compute a projection anew beside the live rows, show what differs, and switch.

Three transactions: build a new generation (readers and refreshes go on), switch under the live
checkpoint's lock, remove what is retired. A rebuild that is interrupted after the first is taken up
where it stood; one that is interrupted after the second has only rows left to remove.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from psycopg import Connection
from psycopg.rows import TupleRow

from projections.catalogue import Projection
from projections.checkpoint import (
    Checkpoint,
    FailPoint,
    State,
    Target,
    begin,
    change_state,
    lock,
    move,
    no_fail_point,
    peek,
    remove,
    require_same_definitions,
)
from projections.difference import DIFFERENCES_SHOWN, RowDifference, differences
from projections.errors import CheckpointMoved
from projections.refresh import carry_on, refresh, target
from projections.statements import statement

__all__ = ["DIFFERENCES_SHOWN", "Rebuilt", "RowDifference", "rebuild"]

Connect = Callable[[], AbstractContextManager[Connection[TupleRow]]]
"""Lends a connection in autocommit mode, under a role that may compute rows."""

OnProgress = Callable[[str], None]
"""Told each step that is done: built, compared, switched, removed."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild made and found.

    `differences` are at most DIFFERENCES_SHOWN of the `difference_count` keys whose rows differ.
    Old and new stand at the same position and day if `same_moment`; otherwise the old rows, made
    by another query or beyond the log's end, are compared as they were stored. `switched` is
    False after a dry look, which leaves the live rows in place.
    """

    generation: int
    position: int
    rows: int
    differences: tuple[RowDifference, ...]
    difference_count: int
    same_moment: bool
    switched: bool


def rebuild(
    connect: Connect,
    projection: Projection,
    district: str,
    *,
    today: date,
    on_progress: OnProgress | None = None,
    fail_point: FailPoint = no_fail_point,
    switch: bool = True,
) -> Rebuilt:
    """Build all rows anew, compare them with the live ones and put them in their place.

    Raises UnknownLog, SchemaDiffers, and CheckpointMoved if another rebuild came first.
    """
    tell = on_progress or _silent
    with connect() as connection:
        standing = peek(connection, projection, district)
        require_same_definitions(projection, standing.installed_digest)
        if standing.live is None:
            return _first_build(connection, projection, district, today)
        _build(connection, projection, district, today)
        tell("built")
        fail_point("after-build")
        with connection.transaction():
            rebuilt = _settle(connection, projection, district, today, switch=switch)
            tell("compared")
            fail_point("before-switch")
        tell("switched" if switch else "kept")
        fail_point("after-switch")
        _remove_retired(connection, projection, district)
        tell("removed")
    return rebuilt


def _first_build(
    connection: Connection[TupleRow], projection: Projection, district: str, today: date
) -> Rebuilt:
    done = refresh(connection, projection, district, today=today)
    return Rebuilt(
        generation=done.generation,
        position=done.position,
        rows=done.rows,
        differences=(),
        difference_count=0,
        same_moment=True,
        switched=True,
    )


def _build(
    connection: Connection[TupleRow], projection: Projection, district: str, today: date
) -> None:
    """Leave a generation in the state `building` that this program's query made."""
    with connection.transaction():
        connection.execute(statement("sql/engine/plan_for_these_values"))
        if not begin(connection, projection, district, "building", today):
            left = _held(connection, projection, district, "building")
            if left.query_digest == projection.query_digest and left.position:
                return
            remove(connection, projection, district, left.generation)
            begin(connection, projection, district, "building", today)
        building = _held(connection, projection, district, "building")
        to = target(connection, district, today, building)
        carry_on(connection, projection, district, building, to)
        move(connection, projection, district, building, to)


def _settle(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    today: date,
    *,
    switch: bool,
) -> Rebuilt:
    # The live checkpoint is locked first, always: a refresh waits, and so does another rebuild,
    # which then finds no generation in building and gives up.
    connection.execute(statement("sql/engine/plan_for_these_values"))
    live = _held(connection, projection, district, "live")
    building = _held(connection, projection, district, "building")
    to = target(connection, district, today, building)
    comparable = _comparable(projection, live, to)
    for each in (building, live) if comparable else (building,):
        if (each.position, each.effective_on) != (to.position, to.effective_on):
            carry_on(connection, projection, district, each, to)
            move(connection, projection, district, each, to)
    found, count = differences(
        connection, projection, district, old=live.generation, new=building.generation
    )
    given = {"district": district, "generation": building.generation}
    counted = connection.execute(projection.sql("count"), given).fetchone()
    if switch:
        change_state(connection, projection, district, live.generation, "retired")
        change_state(connection, projection, district, building.generation, "live")
    else:
        remove(connection, projection, district, building.generation)
    return Rebuilt(
        generation=building.generation,
        position=to.position,
        rows=counted[0] if counted else 0,
        differences=found,
        difference_count=count,
        same_moment=comparable,
        switched=switch,
    )


def _comparable(projection: Projection, live: Checkpoint, to: Target) -> bool:
    """Say whether this program may carry the live rows to the target."""
    return (
        live.query_digest == projection.query_digest
        and live.position <= to.position
        and live.effective_on <= to.effective_on
    )


def _held(
    connection: Connection[TupleRow], projection: Projection, district: str, state: State
) -> Checkpoint:
    found = lock(connection, projection, district, state)
    if found is None:
        raise CheckpointMoved(
            f"{projection.name} of {district} has no {state} rows any more: another rebuild came "
            f"first; nothing was changed"
        )
    return found


def _remove_retired(
    connection: Connection[TupleRow], projection: Projection, district: str
) -> None:
    with connection.transaction():
        given = {"projection": projection.name, "district": district}
        for (generation,) in connection.execute(statement("sql/checkpoint/retired"), given):
            remove(connection, projection, district, generation)


def _silent(_step: str) -> None:
    """Tell nobody."""
