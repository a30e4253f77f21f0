"""What a paper is, before it is a page or a PDF: sections of tables, with charts over them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

SHOWN = 8
"""How many positions a cell shows; the JSON of the paper holds all of them."""


@dataclass(frozen=True, slots=True)
class Places:
    """The positions of the events behind a row."""

    positions: tuple[int, ...]

    @property
    def shown(self) -> tuple[int, ...]:
        """Return the positions that fit: the first ones."""
        return self.positions[:SHOWN]

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return len(self.positions) - len(self.shown)

    def __str__(self) -> str:
        """Return the positions as text."""
        told = ", ".join(str(each) for each in self.shown) or "none"
        return f"{told} and {self.more} more" if self.more else told


Cell = str | Places


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column heads; the first cell of a row is its head. `numeric` columns align right.

    `hidden` counts rows that the paper leaves out for length; `empty` is said when there are none.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()
    hidden: int = 0
    empty: str = ""

    @property
    def nothing(self) -> str:
        """Return what is said in place of the table when it has no row."""
        return self.empty or f"{self.caption}: nothing is on record."


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its label, how long it is, and the words at its end."""

    label: str
    length: float
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars up to `longest`; `description` says the same in words."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    longest: float


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a sentence, charts, and the tables beneath them; maybe a page of its own."""

    title: str
    lead: str
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    own_page: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a PDF carries: what the paper was made from, for machines."""

    name: str
    description: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `lines` are its particulars, `foot` is on every page, `notices` above all.

    `day` dates a PDF of it: the day of which it tells, never the day on which it is made.
    """

    title: str
    kind: str
    lines: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...]
    verified: str
    day: date
    attached: Attachment
    notices: tuple[str, ...] = field(default=())


def places(positions: object) -> Places:
    """Return the cell for the positions of an entry."""
    if not isinstance(positions, Sequence):
        raise TypeError(f"{positions!r} are no positions")
    return Places(tuple(int(each) for each in positions))
