"""Invariants of projections, checked again from nothing: each finding names what is wrong where."""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from projections.catalogue import PROJECTIONS, Projection
from projections.checkpoint import Checkpoint, peek
from projections.difference import differences
from projections.statements import statement

SCRATCH_GENERATION = -1
"""Under this number rows are computed for comparison, in a transaction that is never committed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that should not be: which check found it, in which district, at which place."""

    check: str
    district: str
    where: str
    message: str


def check(connection: Connection[TupleRow], district: str | None = None) -> list[Finding]:
    """Check one district's projections, or all; return what is wrong, nothing if all is well.

    Needs the role that computes rows; leaves no trace.
    """
    found = [each for each in _ahead(connection) if district in (None, each.district)]
    every = connection.execute(statement("sql/engine/districts")).fetchall()
    for (name,) in every:
        if district in (None, name):
            for projection in PROJECTIONS:
                found += _differing(connection, projection, name)
            found += _two_open(connection, name)
    return found


def _ahead(connection: Connection[TupleRow]) -> Iterator[Finding]:
    rows = connection.execute(statement("sql/checks/ahead")).fetchall()
    for district, projection, generation, position, head in rows:
        yield Finding(
            check="checkpoint-not-ahead",
            district=district,
            where=f"{projection}, generation {generation}",
            message=f"the rows stand at {position}, the log ends at {head}: rebuild",
        )


def _differing(
    connection: Connection[TupleRow], projection: Projection, district: str
) -> list[Finding]:
    found: list[Finding] = []
    with connection.transaction(force_rollback=True):
        connection.execute(statement("sql/engine/stable_snapshot"))
        connection.execute(statement("sql/engine/plan_for_these_values"))
        standing = peek(connection, projection, district)
        live = standing.live
        if live is not None and live.position <= standing.head_position:
            found = _against_a_rebuild(connection, projection, district, live)
    return found


def _against_a_rebuild(
    connection: Connection[TupleRow], projection: Projection, district: str, live: Checkpoint
) -> list[Finding]:
    if live.query_digest != projection.query_digest:
        message = "the rows come from another version of the query: rebuild"
        return [Finding("live-equals-rebuild", district, projection.name, message)]
    given = {
        "district": district,
        "generation": SCRATCH_GENERATION,
        "position": live.position,
        "effective": live.effective_on,
        "keys": None,
    }
    connection.execute(projection.sql("store"), given)
    shown, count = differences(
        connection, projection, district, old=live.generation, new=SCRATCH_GENERATION
    )
    if not count:
        return []
    first = shown[0]
    return [
        Finding(
            check="live-equals-rebuild",
            district=district,
            where=f"{projection.name}, {first.key}",
            message=f"{count} live rows differ from a rebuild at {live.position}; the first in "
            f"{', '.join(first.columns)}: rebuild",
        )
    ]


def _two_open(connection: Connection[TupleRow], district: str) -> Iterator[Finding]:
    head = connection.execute(statement("sql/engine/head"), {"district": district}).fetchone()
    given = {"district": district, "position": head[0] if head else 0}
    for review_type, about, reviews in connection.execute(
        statement("sql/checks/two_open_reviews"), given
    ):
        yield Finding(
            check="one-open-review-a-slot",
            district=district,
            where=f"{review_type} about {about}",
            message=f"open at once: {', '.join(reviews)}: close all but one",
        )
