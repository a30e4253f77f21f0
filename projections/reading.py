"""Ask a projection: the live rows if they are exact now, otherwise the query as of a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from events.errors import UnknownLog
from projections.catalogue import projection_named
from projections.checkpoint import (
    Checkpoint,
    Standing,
    peek,
    require_same_definitions,
)
from projections.errors import BeyondTheHead
from projections.statements import statement


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, and the moment they are true of.

    Known at `position`, recorded at `time`; effective on, and looked at on, `effective_on`. `live`
    says that stored rows were used; the rows are the same either way.
    """

    rows: list[dict[str, object]]
    position: int
    effective_on: date
    live: bool
    time: datetime


def read(
    connection: Connection[TupleRow],
    name: str,
    district: str,
    *,
    keys: Sequence[str] | None = None,
    position: int | None = None,
    effective_on: date | None = None,
    today: date,
) -> Answer:
    """Return a projection's rows for some keys (None: all), in the order of their keys.

    Without `position` all that is known counts; without `effective_on` the answer is for `today`,
    the date in the district's time zone. The connection must not be inside a transaction.
    Raises UnknownProjection, UnknownLog, SchemaDiffers and BeyondTheHead.
    """
    projection = projection_named(name)
    day = effective_on or today
    with connection.transaction():
        connection.execute(statement("sql/engine/one_snapshot"))
        connection.execute(statement("sql/engine/plan_for_these_values"))
        standing = peek(connection, projection, district)
        require_same_definitions(projection, standing.installed_digest)
        asked = standing.head_position if position is None else position
        if not 0 <= asked <= standing.head_position:
            raise BeyondTheHead(
                f"position {asked} of {district} is not there: the log ends at "
                f"{standing.head_position}"
            )
        live = _exact(standing, projection.query_digest, asked, day)
        given: dict[str, object] = {
            "district": district,
            "position": asked,
            "today": day,
            "keys": None if keys is None else list(keys),
        }
        if live is None:
            rows = _rows(connection, projection.sql("as_of"), given)
        else:
            generation = {"generation": live.generation}
            rows = _rows(connection, projection.sql("live"), given | generation)
        at = connection.execute(statement("sql/engine/position_time"), given).fetchone()
        if at is None:
            raise UnknownLog(district)
    return Answer(
        rows=rows,
        position=asked,
        effective_on=day,
        live=live is not None,
        time=at[0],
    )


def _exact(standing: Standing, digest: str, position: int, day: date) -> Checkpoint | None:
    """Return the live checkpoint if its rows are those of this position and day, or None.

    Rows that stand at an earlier day are those of a later one too, as long as no fact that was
    recorded ahead of its time begins to count in between.
    """
    live = standing.live
    if live is None or live.query_digest != digest or live.position != position:
        return None
    if day < live.effective_on:
        return None
    nothing_due = live.next_effective is None or live.next_effective > day
    return live if nothing_due else None


def _rows(
    connection: Connection[TupleRow], query: bytes, given: Mapping[str, object]
) -> list[dict[str, object]]:
    cursor = connection.cursor(row_factory=dict_row)
    return list(cursor.execute(query, given))
