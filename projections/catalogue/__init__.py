"""The projections there are, in the order in which they are refreshed and shown."""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256

from domain.catalogue import shipped_gates
from projections.errors import UnknownProjection
from projections.statements import names_in, statement

FUNCTIONS = "catalogue/functions"
"""Functions that the queries of several projections share."""

GATES = "catalogue/unit_progress/gates"
"""The statement that brings the table of gate criteria to what this program ships."""


@dataclass(frozen=True)
class Projection:
    """One query from the log to rows, kept in `catalogue/<name>/`.

    `key_kind` is the kind of subject that a row is mostly about: key `unit:HR` has the kind `unit`.
    `identity` are the columns that tell one row from another.
    """

    name: str
    key_kind: str
    title: str
    identity: tuple[str, ...] = ("key",)

    def sql(self, part: str) -> bytes:
        """Return one of the projection's statements or definitions, such as `rows`."""
        return statement(self.path(part))

    def path(self, part: str) -> str:
        """Return the name under which one of the projection's files is loaded and installed."""
        return f"catalogue/{self.name}/{part}"

    @cached_property
    def query_digest(self) -> str:
        """Return the hex SHA-256 of everything that decides what the stored rows are."""
        parts = [self.path(part) for part in ("row_type", "table", "rows")]
        taken = sha256(digest_of(*parts, *names_in(FUNCTIONS)).encode())
        if self.name == "unit_progress":
            taken.update(gate_criteria().encode())
        return taken.hexdigest()


@cache
def gate_criteria() -> str:
    """Return the shipped criteria for leaving each stage, as JSON for the statement GATES."""
    criteria = [
        {
            "stage": gate.code,
            "position_in_stage": number,
            "criterion": criterion.id,
            "must": criterion.must,
            "waivable": criterion.waivable,
            "text": criterion.text,
        }
        for gate in shipped_gates().stages
        for number, criterion in enumerate(gate.exit_criteria, start=1)
    ]
    return json.dumps(criteria, sort_keys=True)


def digest_of(*names: str) -> str:
    """Return the hex SHA-256 over the names and texts of files of this package."""
    taken = sha256()
    for name in names:
        text = statement(name)
        taken.update(f"{name}\n{len(text)}\n".encode() + text)
    return taken.hexdigest()


PROJECTIONS: tuple[Projection, ...] = (
    Projection("unit_progress", "unit", "Progress of units"),
    Projection("activity_timeline", "activity", "Timeline of activities"),
    Projection("review_queue", "review", "Queue of reviews"),
    Projection("evidence_freshness", "unit", "Freshness of evidence", ("key", "indicator")),
)


def projection_named(name: str) -> Projection:
    """Return the projection of this name; raises UnknownProjection, naming those there are."""
    for projection in PROJECTIONS:
        if projection.name == name:
            return projection
    there = ", ".join(each.name for each in PROJECTIONS)
    raise UnknownProjection(f"there is no projection {name!r}; there are {there}")
