"""From a row back to the log: the events that concern a key."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from projections.statements import statement


@dataclass(frozen=True, slots=True)
class Behind:
    """An event behind a key's row, without its contents.

    `counts` is False for a fact that was corrected or retracted by then (`replaced_by` is the
    position of what came next) and for the retraction itself.
    """

    position: int
    stream: str
    event_id: UUID
    type: str
    recorded_at: datetime
    occurred_on: date
    effective_from: date
    actor: str
    fact_position: int
    replaced_by: int | None
    counts: bool


def behind(
    connection: Connection[TupleRow], district: str, key: str, *, position: int
) -> list[Behind]:
    """Return the events that concern a key, such as `unit:HR`, as known at a position, in order."""
    given = {"district": district, "key": key, "position": position}
    cursor = connection.cursor(row_factory=class_row(Behind))
    return list(cursor.execute(statement("sql/engine/lineage"), given))
