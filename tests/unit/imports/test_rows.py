"""Rows of activity files: what is accepted, and how each fault is told."""

from pathlib import Path

import pytest

from cot_flows.errors import ImportRefused
from cot_flows.imports.mapping import read_mapping
from cot_flows.imports.reading import read_rows
from cot_flows.imports.rows import COLUMNS, check_rows
from tests.support.files import RIGHT, rows, write_csv, write_sheets, write_xlsx


def checked(tmp_path: Path, **changes: str) -> list[tuple[str, str]]:
    """Return column and message of each fault of one changed row."""
    path = write_csv(tmp_path / "rows.csv", [RIGHT | changes])
    _, errors = check_rows(read_rows(path, COLUMNS))
    return [(error.column, error.message) for error in errors]


def test_a_row_without_fault_keeps_its_dates_as_brackets(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "rows.csv", [RIGHT])
    (row,), errors = check_rows(read_rows(path, COLUMNS))
    assert not errors
    assert (row.occurred.first.isoformat(), row.occurred.last.isoformat()) == (
        "2024-09-01",
        "2024-09-30",
    )
    assert (row.quantity, row.planned, row.number) == ("6", False, 2)
    assert row.known_by.isoformat() == "2024-10-03"


def test_a_spreadsheet_reads_as_the_same_rows_as_csv(tmp_path: Path) -> None:
    lines = rows(3)
    from_csv = check_rows(read_rows(write_csv(tmp_path / "a.csv", lines), COLUMNS))
    from_xlsx = check_rows(read_rows(write_xlsx(tmp_path / "a.xlsx", lines), COLUMNS))
    assert [r.external_id for r in from_xlsx[0]] == [r.external_id for r in from_csv[0]]
    assert [r.occurred for r in from_xlsx[0]] == [r.occurred for r in from_csv[0]]
    assert from_xlsx[1] == from_csv[1] == []


def test_semicolons_quotes_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "rows.csv", [RIGHT | {"title": 'A "new"; role'}], delimiter=";")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    (row,), errors = check_rows(read_rows(path, COLUMNS))
    assert (row.title, errors) == ('A "new"; role', [])


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("external_id", "", "empty"),
        ("external_id", "=cmd()", "letters"),
        ("unit_code", "HR office", "letters"),
        ("kind", "rumour", "role_created"),
        ("dimension", "6", "1, 2, 3, 4 or 5"),
        ("dimension", "", "1, 2, 3, 4 or 5"),
        ("occurred_on", "09/01/2024", "2013-09-01"),
        ("occurred_on", "2024-02-30", "2013-09-01"),
        ("occurred_on", "2024-09-15", "1st"),
        ("date_precision", "week", "day, month, year, school_year"),
        ("title", "x" * 161, "160"),
        ("title", "a\x07b", "control"),
        ("quantity", "1,000", "plain number"),
        ("quantity", "1e3", "plain number"),
        ("source_url", "javascript:alert(1)", "http"),
        ("assertion", "maybe", "reported, planned"),
        ("recorded_precision", "", "day, month"),
        ("recorded_from", "", "fill in or clear both"),
    ],
)
def test_a_fault_is_told_with_its_column_and_what_to_do(
    tmp_path: Path, column: str, value: str, says: str
) -> None:
    faults = checked(tmp_path, **{column: value})
    assert faults, "the fault was not seen"
    assert any(says in message for _, message in faults), faults
    columns = {name for name, _ in faults}
    assert column in columns or f"{column}_precision".replace("_from", "") in columns | {
        "recorded_precision"
    }


def test_every_fault_of_every_row_is_told(tmp_path: Path) -> None:
    lines = [RIGHT | {"external_id": "X-1", "kind": "no", "dimension": "9"}, *rows(2, kind="no")]
    _, errors = check_rows(read_rows(write_csv(tmp_path / "rows.csv", lines), COLUMNS))
    assert [(e.row, e.column) for e in errors] == [
        (2, "kind"),
        (2, "dimension"),
        (3, "kind"),
        (4, "kind"),
    ]


def test_an_id_that_stands_twice_is_told_with_the_first_place(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "rows.csv", [RIGHT, RIGHT])
    _, errors = check_rows(read_rows(path, COLUMNS))
    assert [(e.row, e.column) for e in errors] == [(3, "external_id")]
    assert "row 2" in errors[0].message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "missing: external_id"),
        (b"\xff\xfe\x00", "UTF-8"),
        ((",".join(COLUMNS) + "\n").encode(), "no rows"),
        ((",".join(COLUMNS) + ",extra\n" + "x," * 17 + "\n").encode(), "unknown: extra"),
        ((",".join(COLUMNS) + "\n" + "x," * 25 + "x\n").encode(), "more cells than columns"),
        ((",".join(COLUMNS) + '\n"never closed').encode(), "near line"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=says):
        read_rows(path, COLUMNS)


def test_a_missing_file_and_a_false_spreadsheet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no file"):
        read_rows(tmp_path / "none.csv", COLUMNS)
    path = tmp_path / "rows.xlsx"
    path.write_bytes(b"not a spreadsheet")
    with pytest.raises(ImportRefused, match="spreadsheet"):
        read_rows(path, COLUMNS)


def test_a_mapping_names_catalogue_units_and_tells_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("unit_code,catalogue_code,name\nhr-office,HR,People\n", encoding="utf-8")
    assert read_mapping(path)["hr-office"].catalogue_code == "HR"
    path.write_text("unit_code,catalogue_code\na,NOPE\na,HR\n", encoding="utf-8")
    with pytest.raises(ImportRefused) as refusal:
        read_mapping(path)
    assert [(e.row, e.column) for e in refusal.value.errors] == [  # type: ignore[attr-defined]
        (2, "catalogue_code"),
        (3, "unit_code"),
    ]


def test_of_several_sheets_with_rows_none_is_read_until_one_is_named(tmp_path: Path) -> None:
    sheets = {"Done": rows(1), "Plans": rows(2), "Notes": []}
    path = write_sheets(tmp_path / "book.xlsx", sheets)
    with pytest.raises(ImportRefused, match=r"\(Done, Plans\): name one with --sheet"):
        read_rows(path, COLUMNS)
    assert len(read_rows(path, COLUMNS, sheet="Plans")) == 2


def test_empty_sheets_beside_the_one_with_rows_do_not_matter(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "book.xlsx", {"Empty": [], "Done": rows(3), "Blank": []})
    assert len(read_rows(path, COLUMNS)) == 3


def test_a_sheet_that_is_not_there_is_refused_with_those_there_are(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "book.xlsx", {"Done": rows(1), "Plans": []})
    with pytest.raises(ImportRefused, match="no sheet 'done'; it has: Done, Plans"):
        read_rows(path, COLUMNS, sheet="done")


def test_a_sheet_of_a_csv_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="has no sheets"):
        read_rows(write_csv(tmp_path / "a.csv", rows(1)), COLUMNS, sheet="Done")
