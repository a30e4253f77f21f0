"""Where a projection's rows stand: read, locked, moved by compare and swap.

All functions work inside the caller's transaction, except `peek`, which needs none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from events.errors import UnknownLog
from projections.catalogue import Projection
from projections.errors import CheckpointAhead, CheckpointMoved, NeedsRebuild, SchemaDiffers
from projections.statements import statement

State = Literal["live", "building", "retired"]

FailPoint = Callable[[str], None]
"""Called at named points, so that a test may end the process there."""


def no_fail_point(_name: str) -> None:
    """Do nothing: the fail point of every run but a crash test's."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A generation of rows: those of the log up to `position`, counting what is effective.

    `next_effective` is the first day after `effective_on` on which a recorded fact begins to
    count.
    """

    generation: int
    position: int
    effective_on: date
    next_effective: date | None
    query_digest: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a district's log and a projection's live rows stand, seen at one moment."""

    head_position: int
    head_day: date
    installed_digest: str | None
    live: Checkpoint | None


@dataclass(frozen=True, slots=True)
class Target:
    """What rows are brought to: known at `position`, effective by `effective_on`."""

    position: int
    effective_on: date


def peek(connection: Connection[TupleRow], projection: Projection, district: str) -> Standing:
    """Return where log and live rows stand, without a lock. Raises UnknownLog."""
    given = {"projection": projection.name, "district": district}
    row = connection.execute(statement("sql/checkpoint/peek"), given).fetchone()
    if row is None:
        raise UnknownLog(district)
    head_position, head_day, installed, *live = row
    return Standing(
        head_position, head_day, installed, None if live[0] is None else Checkpoint(*live)
    )


def lock(
    connection: Connection[TupleRow], projection: Projection, district: str, state: State
) -> Checkpoint | None:
    """Return a projection's checkpoint in this state, held until the transaction ends.

    Whoever holds it is the only one to change the rows of that generation. A second one waits
    here and then reads what the first has done, so no position is counted twice or left out.
    """
    given = {"projection": projection.name, "district": district, "state": state}
    cursor = connection.cursor(row_factory=class_row(Checkpoint))
    return cursor.execute(statement("sql/checkpoint/lock"), given).fetchone()


def begin(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    state: State,
    effective: date,
) -> bool:
    """Begin a generation at position 0; False if there is one in this state already."""
    given = {
        "projection": projection.name,
        "district": district,
        "state": state,
        "effective": effective,
        "digest": projection.query_digest,
    }
    return connection.execute(statement("sql/checkpoint/begin"), given).fetchone() is not None


def move(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    found: Checkpoint,
    to: Target,
) -> None:
    """Move a checkpoint from where it was found; raises CheckpointMoved if it is elsewhere."""
    given = {
        "projection": projection.name,
        "district": district,
        "generation": found.generation,
        "from_position": found.position,
        "from_effective": found.effective_on,
        "position": to.position,
        "effective": to.effective_on,
    }
    if connection.execute(statement("sql/checkpoint/move"), given).rowcount != 1:
        raise CheckpointMoved(
            f"{projection.name} of {district}: generation {found.generation} no longer stands at "
            f"{found.position}; nothing was changed, try again"
        )


def change_state(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    generation: int,
    state: State,
) -> None:
    """Make a generation live or retire it."""
    given = {
        "projection": projection.name,
        "district": district,
        "generation": generation,
        "state": state,
    }
    connection.execute(statement("sql/checkpoint/change_state"), given)


def remove(
    connection: Connection[TupleRow], projection: Projection, district: str, generation: int
) -> None:
    """Remove a generation, rows and checkpoint, unless it is live."""
    rows = {"district": district, "generation": generation}
    connection.execute(projection.sql("clear_generation"), rows)
    given = rows | {"projection": projection.name}
    connection.execute(statement("sql/checkpoint/remove"), given)


def require_same_definitions(projection: Projection, installed_digest: str | None) -> None:
    """Raise SchemaDiffers unless the database's query is this program's."""
    if installed_digest != projection.query_digest:
        raise SchemaDiffers(
            f"{projection.name}: the database holds another query than this program: upgrade the "
            f"database, or use the program it was upgraded with"
        )


def require_usable(projection: Projection, district: str, live: Checkpoint, head: int) -> None:
    """Raise CheckpointAhead or NeedsRebuild if live rows cannot be carried on from."""
    if live.position > head:
        raise CheckpointAhead(
            f"{projection.name} of {district} stands at {live.position}, the log ends at {head}: "
            f"the log was restored or replaced; rebuild the projection"
        )
    if live.query_digest != projection.query_digest:
        raise NeedsRebuild(
            f"{projection.name} of {district}: the rows come from another version of the query; "
            f"rebuild the projection"
        )
