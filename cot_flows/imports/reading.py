"""Files into raw rows: CSV and spreadsheets, every cell as text, with the number of its row."""

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, load_workbook

from cot_flows.errors import ImportRefused

MOST_ROWS = 50_000
MOST_BYTES = 50 * 1024 * 1024
SPREADSHEETS = {".xlsx", ".xls", ".xlsb", ".ods"}


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a file: `number` counts as the spreadsheet shows it, header 1; cells are in NFC.

    The log keeps text in NFC; a cell in another form would look changed at the next import.
    """

    file: str
    number: int
    cells: dict[str, str]


def read_rows(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    sheet: str | None = None,
) -> list[RawRow]:
    """Return the rows of a CSV or spreadsheet file with exactly the columns named.

    `sheet` names the sheet of a spreadsheet; without it only one may hold anything. Raises
    ImportRefused when the file is missing, too large, unreadable or empty, when the sheet is not
    there or not told, or when columns are missing, unknown or twice there.
    """
    try:
        if not path.is_file():
            raise ImportRefused(f"there is no file {path}")
        size = path.stat().st_size
    except OSError as error:
        raise ImportRefused(f"{path.name} cannot be read: {error.strerror}") from error
    if size > MOST_BYTES:
        raise ImportRefused(f"{path.name} is larger than 50 MB: split it")
    spreadsheet = path.suffix.lower() in SPREADSHEETS
    if sheet is not None and not spreadsheet:
        raise ImportRefused(f"{path.name} is CSV and has no sheets: leave --sheet out")
    table = _spreadsheet(path, sheet) if spreadsheet else _csv(path)
    lines = [(number, line) for number, line in table if any(cell.strip() for cell in line)]
    if not lines:
        raise ImportRefused(f"{path.name} is empty: its first row must name the columns")
    header = [cell.strip() for cell in lines[0][1]]
    while header and not header[-1]:
        header.pop()
    _check_header(path.name, header, required, optional)
    if len(lines) - 1 > MOST_ROWS:
        raise ImportRefused(f"{path.name} has {len(lines) - 1} rows, at most {MOST_ROWS}: split it")
    rows = [_row(path.name, number, header, line) for number, line in lines[1:]]
    if not rows:
        raise ImportRefused(f"{path.name} has a header and no rows")
    return rows


def _check_header(
    file: str, header: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> None:
    known = {*required, *optional}
    missing = [name for name in required if name not in header]
    unknown = [name or "(no name)" for name in header if name not in known]
    twice = sorted({name for name in header if header.count(name) > 1})
    faults = [
        f"{what}: {', '.join(names)}"
        for what, names in (("missing", missing), ("unknown", unknown), ("twice", twice))
        if names
    ]
    if faults:
        raise ImportRefused(
            f"{file}: the columns are not as documented ({'; '.join(faults)}). "
            f"Expected: {', '.join(required)}"
            + (f"; optional: {', '.join(optional)}" if optional else "")
        )


def _row(file: str, number: int, header: Sequence[str], line: Sequence[str]) -> RawRow:
    if any(cell.strip() for cell in line[len(header) :]):
        raise ImportRefused(
            f"{file}, row {number}: more cells than columns; a text with commas needs quotes"
        )
    cells = [*line, *[""] * (len(header) - len(line))]
    normal = (unicodedata.normalize("NFC", cell).strip() for cell in cells)
    return RawRow(file, number, dict(zip(header, normal, strict=False)))


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused(
            f"{path.name} is not UTF-8 text (byte {error.start}): save it as CSV UTF-8, or as xlsx"
        ) from error
    except OSError as error:
        raise ImportRefused(f"{path.name} cannot be read: {error.strerror}") from error
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise ImportRefused(f"{path.name}, near line {reader.line_num}: {error}") from error


def _spreadsheet(path: Path, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    try:
        with load_workbook(str(path)) as workbook:
            name = _sheet(path.name, workbook, sheet)
            table = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError) as error:
        raise ImportRefused(f"{path.name} cannot be read as a spreadsheet: {error}") from error
    for number, line in enumerate(table, start=1):
        yield number, [_cell(cell) for cell in line]


def _sheet(file: str, workbook: CalamineWorkbook, asked: str | None) -> str:
    """Return the name of the sheet to read: the one asked for, or the only one that is not empty.

    Hidden sheets count: nobody sees that they were left out.
    """
    kinds = workbook.sheets_metadata
    names = [each.name for each in kinds if each.typ == SheetTypeEnum.WorkSheet]
    if asked is not None:
        if asked not in names:
            raise ImportRefused(f"{file} has no sheet {asked!r}; it has: {', '.join(names)}")
        return asked
    if not names:
        raise ImportRefused(f"{file} has no sheet with rows")
    filled = [name for name in names if workbook.get_sheet_by_name(name).total_height > 0]
    if len(filled) > 1:
        raise ImportRefused(
            f"{file} has several sheets with rows ({', '.join(filled)}): name one with --sheet, "
            "or save it as a file of its own"
        )
    return (filled or names)[0]


def _cell(value: object) -> str:
    match value:
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case None:
            return ""
        case _:
            return str(value)
