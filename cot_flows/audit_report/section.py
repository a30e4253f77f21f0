"""What a report is made of: the stretch of the log asked about, and titled tables about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cot_flows.bootstrap import Engine
from projections.auditing import audit_rows

MOST_ROWS = 200
"""How many rows a table shows at most; its total counts all."""

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a district's log: positions after `after`, up to `up_to`; `head` is its end.

    What became of a fact is told by what is known at `head`.
    """

    district: str
    after: int
    up_to: int
    head: int


@dataclass(frozen=True, slots=True)
class Section:
    """One titled table: `columns` maps each key of `rows` that people see to its heading.

    `total` counts all rows, also those not shown. `wrong` counts those that should not be there,
    and `wrong_means` says what is wrong with them; none when nothing in the table can be wrong.
    """

    name: str
    title: str
    meaning: str
    columns: Mapping[str, str]
    rows: Sequence[Row]
    total: int
    wrong: int = 0
    wrong_means: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the table by stable keys."""
        return {
            "name": self.name,
            "title": self.title,
            "meaning": self.meaning,
            "total": self.total,
            "wrong": self.wrong,
            "rows": list(self.rows),
        }


MakeSection = Callable[[Engine, Span], Section]
"""Makes one section. Whoever has more to tell adds such a function to the report's list."""


def asked(engine: Engine, name: str, span: Span, **given: object) -> list[Row]:
    """Return the rows of `projections/audit/<name>.sql` about a span, MOST_ROWS at most."""
    about = {
        "district": span.district,
        "after": span.after,
        "up_to": span.up_to,
        "head": span.head,
        "most": MOST_ROWS,
    }
    with engine.reading() as connection:
        return audit_rows(connection, name, about | given)


def counted(rows: Sequence[Row], key: str = "total") -> int:
    """Take a count that every row bears out of the rows; 0 when there are none."""
    counts = [int(str(row.pop(key))) for row in rows]
    return counts[0] if counts else 0
