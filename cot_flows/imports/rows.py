"""From raw rows to checked rows: every fault is told with row, column and what to do."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from cot_flows.imports.reading import RawRow
from domain.catalogue import shipped_kinds
from domain.errors import InvalidData
from domain.ids import SLUG
from domain.message import Precision
from domain.occurrence import Bracket, bracket_of

COLUMNS = (
    "external_id",
    "district",
    "unit",
    "unit_code",
    "kind",
    "dimension",
    "occurred_on",
    "date_precision",
    "title",
    "summary",
    "quantity",
    "quantity_unit",
    "source_url",
    "source_title",
    "recorded_from",
    "recorded_precision",
    "assertion",
)
"""The columns of an activities file, all required, in the documented order."""

MOST = {
    "external_id": 80,
    "district": 160,
    "unit": 160,
    "title": 160,
    "summary": 4000,
    "quantity_unit": 120,
    "source_url": 500,
    "source_title": 300,
}
FIRST_YEAR = 1800
"""No school district is older; an earlier year is a slip of the keys."""

REQUIRED = ("external_id", "district", "unit", "unit_code", "kind", "occurred_on", "title")
# Plain digits are named: \d also means those of other scripts, which no query reads as a number.
NUMBER = re.compile(r"^[+-]?[0-9]{1,18}(\.[0-9]{1,9})?$")
DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class RowError:
    """One fault: where it is, what stands there, and what to do about it."""

    file: str
    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A checked row. Dates stand for brackets: read them only together with their precision."""

    file: str
    number: int
    external_id: str
    district: str
    unit: str
    unit_name: str
    kind: str
    dimension: int
    occurred: Bracket
    precision: Precision
    title: str
    summary: str | None
    quantity: str | None
    quantity_unit: str | None
    source_url: str | None
    source_title: str | None
    known: Bracket | None
    known_precision: Precision | None
    planned: bool

    @property
    def known_by(self) -> date:
        """Return the day by which it was known: its publication's bracket ended, or its own."""
        return (self.known or self.occurred).last


def check_rows(raws: Iterable[RawRow]) -> tuple[list[ImportRow], list[RowError]]:
    """Return the rows that are right, and every fault of the others, in order."""
    rows: list[ImportRow] = []
    errors: list[RowError] = []
    seen: dict[str, RawRow] = {}
    for raw in raws:
        checked = Checking(raw)
        row = checked.row()
        first = seen.setdefault(raw.cells["external_id"], raw)
        if first is not raw and raw.cells["external_id"]:
            where = f"row {first.number} of {first.file}"
            checked.fault("external_id", f"stands in {where} too: give each row its own")
        errors += checked.errors
        if row is not None and not checked.errors:
            rows.append(row)
    return rows, errors


class Checking:
    """The checks of one row; collects its faults."""

    def __init__(self, raw: RawRow) -> None:
        """Begin without faults."""
        self._raw = raw
        self.errors: list[RowError] = []

    def fault(self, column: str, message: str) -> None:
        """Note a fault of a column."""
        value = self._raw.cells[column][:60]
        self.errors.append(RowError(self._raw.file, self._raw.number, column, value, message))

    def row(self) -> ImportRow | None:
        """Return the row if it is right; else None, and `errors` says why."""
        self._texts()
        occurred, precision = self._dated("occurred_on", "date_precision")
        known, known_precision = self._dated("recorded_from", "recorded_precision")
        dimension, quantity = self._dimension(), self._quantity()
        planned = self._one_of("assertion", ("reported", "planned")) == "planned"
        if self.errors or occurred is None or precision is None:
            return None
        cells = {name: value or None for name, value in self._raw.cells.items()}
        return ImportRow(
            file=self._raw.file,
            number=self._raw.number,
            external_id=self._raw.cells["external_id"],
            district=self._raw.cells["district"],
            unit=self._raw.cells["unit_code"],
            unit_name=self._raw.cells["unit"],
            kind=self._raw.cells["kind"],
            dimension=dimension,
            occurred=occurred,
            precision=precision,
            title=self._raw.cells["title"],
            summary=cells["summary"],
            quantity=quantity,
            quantity_unit=cells["quantity_unit"],
            source_url=cells["source_url"],
            source_title=cells["source_title"],
            known=known,
            known_precision=known_precision,
            planned=planned,
        )

    def _texts(self) -> None:
        cells = self._raw.cells
        for column in REQUIRED:
            if not cells[column]:
                self.fault(column, "is empty: fill it in")
        for column, most in MOST.items():
            if len(cells[column]) > most:
                self.fault(column, f"is longer than {most} characters: shorten it")
        for column, text in cells.items():
            if CONTROL.search(text):
                self.fault(column, "holds a control character: remove it")
        self._codes()

    def _codes(self) -> None:
        cells = self._raw.cells
        for column in ("unit_code", "external_id"):
            if cells[column] and not re.match(SLUG, cells[column]):
                self.fault(
                    column, "use letters, digits, dot, underscore and hyphen only, a letter first"
                )
        if cells["kind"] and cells["kind"] not in _kinds():
            self.fault("kind", f"is no known kind: use one of {', '.join(_kinds())}")
        if cells["source_url"] and not re.match(r"^https?://\S+$", cells["source_url"]):
            self.fault("source_url", "must begin with http:// or https:// and hold no spaces")

    def _dimension(self) -> int:
        text = self._raw.cells["dimension"]
        if text not in {"1", "2", "3", "4", "5"}:
            self.fault("dimension", "must be 1, 2, 3, 4 or 5")
            return 0
        return int(text)

    def _quantity(self) -> str | None:
        text = self._raw.cells["quantity"]
        if not text:
            return None
        if not NUMBER.match(text):
            self.fault("quantity", "write a plain number: digits, a point, a minus where it falls")
            return None
        return text.removeprefix("+")

    def _one_of(self, column: str, allowed: Sequence[str]) -> str:
        text = self._raw.cells[column]
        if text not in allowed:
            self.fault(column, f"must be one of: {', '.join(allowed)}")
        return text

    def _dated(self, column: str, precision_column: str) -> tuple[Bracket | None, Precision | None]:
        text, precision = self._raw.cells[column], self._raw.cells[precision_column]
        if not text:
            if precision:
                self.fault(precision_column, f"is given without {column}: fill in or clear both")
            return None, None
        if self._one_of(precision_column, get_args(Precision)) not in get_args(Precision):
            return None, None
        day = _day(text)
        if day is None:
            self.fault(column, "write the day as 2013-09-01")
            return None, None
        if day.year < FIRST_YEAR:
            self.fault(column, f"lies before {FIRST_YEAR}: is the year right?")
            return None, None
        try:
            return bracket_of(day, cast(Precision, precision)), cast(Precision, precision)
        except InvalidData as error:
            self.fault(column, str(error))
            return None, None


def _kinds() -> tuple[str, ...]:
    return tuple(kind.code for kind in shipped_kinds().kinds)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DAY.match(text) else None
    except ValueError:
        return None
