"""What differs between two generations of a projection's rows, key by key."""

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from projections.catalogue import Projection

DIFFERENCES_SHOWN = 200
"""How many differing keys are returned in full; all are counted."""


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A key whose rows differ; `old` or `new` is None where there is no row.

    `columns` names the columns that differ; all of them if one side has no row.
    """

    key: str
    old: Mapping[str, object] | None
    new: Mapping[str, object] | None

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns that differ, sorted."""
        old, new = self.old or {}, self.new or {}
        return tuple(sorted(c for c in {*old, *new} if old.get(c) != new.get(c)))


def differences(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    *,
    old: int,
    new: int,
) -> tuple[tuple[RowDifference, ...], int]:
    """Return the first differing rows between two generations, by key, and how many differ."""
    given = {"district": district, "old": old, "new": new}
    cursor = connection.execute(projection.sql("difference"), given)
    shown = tuple(RowDifference(*row) for row in cursor.fetchmany(DIFFERENCES_SHOWN))
    return shown, cursor.rowcount
