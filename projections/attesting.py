"""Compare stored rows with what the log gives, read only: all of them, or those of sampled keys.

Both are taken at the position and day at which the stored rows stand, in one snapshot. That the
query installed in the database is the one its digest names is taken on trust here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from json import dumps

from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from projections.catalogue import Projection
from projections.checkpoint import (
    Checkpoint,
    Target,
    peek,
    require_same_definitions,
    require_usable,
)
from projections.comparing import Row, Seen, rows_at
from projections.refresh import touched_keys
from projections.statements import statement

Pick = Callable[[Sequence[str]], Sequence[str]]
"""Chooses the keys to compare from all there are, sorted."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A row that differs: which, by its identity columns, and in which columns, sorted."""

    identity: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing found: where the stored rows stand, and which rows differ, by identity.

    `keys` of `keys_total` were compared; the log gives `rows` rows for them, with this digest.
    """

    position: int
    effective_on: date
    keys: int
    keys_total: int
    rows: int
    rows_digest: str
    query_digest: str
    differing: tuple[Differing, ...]


def compare(
    connection: Connection[TupleRow], projection: Projection, district: str, pick: Pick
) -> Compared | None:
    """Compare stored rows with the log's; None when none were ever stored.

    The connection must not be inside a transaction. Raises UnknownLog, SchemaDiffers,
    NeedsRebuild and CheckpointAhead.
    """
    with connection.transaction():
        connection.execute(statement("sql/engine/one_snapshot"))
        connection.execute(statement("sql/engine/plan_for_these_values"))
        standing = peek(connection, projection, district)
        require_same_definitions(projection, standing.installed_digest)
        live = standing.live
        if live is None:
            return None
        require_usable(projection, district, live, standing.head_position)
        given = {"district": district, "generation": live.generation, "up_to": live.position}
        every = sorted(key for (key,) in connection.execute(projection.sql("keys"), given))
        keys = sorted(set(pick(every)))
        told = rows_at(
            connection, projection, district, Seen(live.position, live.effective_on), keys
        )
        stored = _stored(connection, projection, district, live, keys)
    return Compared(
        position=live.position,
        effective_on=live.effective_on,
        keys=len(keys),
        keys_total=len(every),
        rows=len(told),
        rows_digest=digest_of_rows(told),
        query_digest=f"sha256:{live.query_digest}",
        differing=_differing(projection, stored, told),
    )


def touched_since(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    since: Seen,
    until: Seen,
) -> bool:
    """Say whether any stored row may have changed between two moments."""
    found = Checkpoint(0, since.position, since.day, None, projection.query_digest)
    to = Target(until.position, until.day)
    return bool(touched_keys(connection, projection, district, found, to))


def drawn(keys: Sequence[str], count: int, seed: str) -> list[str]:
    """Return `count` keys drawn by a seed: those whose digest with the seed is smallest.

    Whoever knows seed and keys draws the same; a key keeps its place when others come or go.
    """
    return sorted(keys, key=lambda key: sha256(f"{seed}\n{key}".encode()).digest())[:count]


def digest_of_rows(rows: Sequence[Row]) -> str:
    """Return `sha256:<hex>` over rows as JSON with sorted keys, one a line, in their order."""
    taken = sha256()
    for row in rows:
        taken.update(_line(row).encode() + b"\n")
    return f"sha256:{taken.hexdigest()}"


def _line(row: Row) -> str:
    return dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text)


def _text(value: object) -> str:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def _stored(
    connection: Connection[TupleRow],
    projection: Projection,
    district: str,
    live: Checkpoint,
    keys: Sequence[str],
) -> list[dict[str, object]]:
    given = {
        "district": district,
        "generation": live.generation,
        "position": live.position,
        "today": live.effective_on,
        "keys": list(keys),
    }
    cursor = connection.cursor(row_factory=dict_row)
    return list(cursor.execute(projection.sql("live"), given))


def _differing(
    projection: Projection, stored: Sequence[Row], told: Sequence[Row]
) -> tuple[Differing, ...]:
    def by_identity(rows: Sequence[Row]) -> dict[tuple[str, ...], Row]:
        return {tuple(str(row[name]) for name in projection.identity): row for row in rows}

    old, new = by_identity(stored), by_identity(told)
    found = (
        Differing(each, _columns(old.get(each, {}), new.get(each, {})))
        for each in sorted({*old, *new})
    )
    return tuple(each for each in found if each.columns)


def _columns(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted(c for c in {*old, *new} if old.get(c) != new.get(c)))
