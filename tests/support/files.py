"""Files to import, made for tests: rows as people write them, in CSV or a spreadsheet."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import xlsxwriter

from cot_flows.imports.rows import COLUMNS

RIGHT: dict[str, str] = {
    "external_id": "X-001",
    "district": "Testburg Unified",
    "unit": "Human resources",
    "unit_code": "HR",
    "kind": "role_created",
    "dimension": "3",
    "occurred_on": "2024-09-01",
    "date_precision": "month",
    "title": "Partner roles created",
    "summary": "Six partners, one for each network.",
    "quantity": "6",
    "quantity_unit": "roles",
    "source_url": "https://example.org/news",
    "source_title": "News",
    "recorded_from": "2024-10-03",
    "recorded_precision": "day",
    "assertion": "reported",
}
"""A row without fault."""


def rows(count: int, **changes: str) -> list[dict[str, str]]:
    """Return rows without fault that differ in their id."""
    return [RIGHT | {"external_id": f"X-{n:03d}"} | changes for n in range(1, count + 1)]


def write_csv(path: Path, lines: Iterable[Mapping[str, str]], delimiter: str = ",") -> Path:
    """Write rows as CSV with the documented columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines)
    return path


def write_xlsx(path: Path, lines: Iterable[Mapping[str, str]]) -> Path:
    """Write rows as a spreadsheet with the documented columns."""
    return write_sheets(path, {"Sheet1": lines})


def write_sheets(path: Path, sheets: Mapping[str, Iterable[Mapping[str, str]]]) -> Path:
    """Write rows as a spreadsheet with a sheet for each name; one without rows stays empty."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, lines in sheets.items():
            _write_sheet(workbook.add_worksheet(name), list(lines))
    return path


def _write_sheet(sheet: xlsxwriter.workbook.Worksheet, lines: list[Mapping[str, str]]) -> None:
    if lines:
        sheet.write_row(0, 0, COLUMNS)
    for number, line in enumerate(lines, start=1):
        sheet.write_row(number, 0, [line[name] for name in COLUMNS])
