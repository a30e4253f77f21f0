"""What differs between the rows of two moments: two positions, two days, or both.

Only the keys that the events in between touch are computed, unless something concerns all of them:
a fact about the whole district, or the passing of days, on which ages depend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from projections.catalogue import Projection
from projections.checkpoint import peek, require_same_definitions
from projections.errors import BeyondTheHead
from projections.statements import statement

Row = Mapping[str, object]

BOOKKEEPING = frozenset({"district", "last_event_position"})
"""Columns that change with every event about a key, whatever it says; no difference by itself."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A moment of a district: known at `position`, effective on and looked at on `day`."""

    position: int
    day: date


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column of a row, as it was and as it is."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that differs; `before` or `after` is None where there is no such row.

    `identity` are the values of the projection's identity columns, the first of them the key.
    """

    projection: str
    identity: tuple[str, ...]
    before: Row | None
    after: Row | None

    @property
    def key(self) -> str:
        """Return the row's key, such as `unit:HR`."""
        return self.identity[0]

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """Return the columns that differ, in their order; without a row on one side all count."""
        old, new = self.before or {}, self.after or {}
        names = [name for name in (new or old) if name not in BOOKKEEPING]
        return tuple(
            FieldChange(name, old.get(name), new.get(name))
            for name in names
            if old.get(name) != new.get(name)
        )


def changed_rows(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    before: Seen,
    after: Seen,
    *,
    only: Sequence[str] | None = None,
) -> list[RowChange]:
    """Return the rows that differ between two moments, by key; `before` may not be the later.

    `only` narrows the answer to some keys.
    The connection must not be inside a transaction. Raises UnknownLog, SchemaDiffers and
    BeyondTheHead.
    """
    with connection.transaction():
        connection.execute(statement("sql/engine/one_snapshot"))
        connection.execute(statement("sql/engine/plan_for_these_values"))
        standing = peek(connection, projection, district)
        require_same_definitions(projection, standing.installed_digest)
        if not 0 <= before.position <= after.position <= standing.head_position:
            raise BeyondTheHead(
                f"positions {before.position} and {after.position} of {district} cannot be "
                f"compared: give the earlier first; the log ends at {standing.head_position}"
            )
        keys = keys_between(connection, projection, district, before, after)
        if only is not None:
            keys = sorted(only if keys is None else {*only} & {*keys})
        if keys is not None and not keys:
            return []
        old = rows_at(connection, projection, district, before, keys)
        new = rows_at(connection, projection, district, after, keys)
    return _differing(projection, old, new)


def keys_between(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    before: Seen,
    after: Seen,
) -> list[str] | None:
    """Return the keys whose rows may differ between two moments, sorted; None: any of them."""
    span = {"district": district, "after": before.position, "up_to": after.position}
    if before.day != after.day:
        return None
    whole = connection.execute(statement("sql/engine/whole_district"), span).fetchone()
    if whole is not None and whole[0]:
        return None
    return sorted(key for (key,) in connection.execute(projection.sql("touched"), span))


def rows_at(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    seen: Seen,
    keys: Sequence[str] | None,
) -> list[dict[str, object]]:
    """Return a projection's rows at a moment, computed from the log: some keys, or all if None."""
    given = {
        "district": district,
        "position": seen.position,
        "today": seen.day,
        "keys": None if keys is None else list(keys),
    }
    cursor = connection.cursor(row_factory=dict_row)
    return list(cursor.execute(projection.sql("as_of"), given))


def _differing(projection: Projection, old: Sequence[Row], new: Sequence[Row]) -> list[RowChange]:
    before = {_identity(projection, row): row for row in old}
    after = {_identity(projection, row): row for row in new}
    found = (
        RowChange(projection.name, each, before.get(each), after.get(each))
        for each in sorted({*before, *after})
    )
    return [each for each in found if each.fields]


def _identity(projection: Projection, row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in projection.identity)
