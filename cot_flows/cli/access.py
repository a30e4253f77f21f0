"""`cot access-log`: who read restricted records, and for what; to look at or to hand over."""

import csv
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cot_flows.bootstrap import Engine
from cot_flows.cli.records import acting, as_cells, print_rows_as_json
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import plain, print_table
from cot_flows.errors import NotConfigured
from cot_flows.records.reports import AccessRow, access_log
from cot_flows.records.rights import role_of
from domain.access import unreadable
from domain.errors import Rejected

COLUMNS = {
    "recorded_at": "When",
    "actor": "Who",
    "role": "Role",
    "purpose": "Purpose",
    "event_position": "Position",
    "event_type": "Event",
    "classes": "Classes",
}


def access(
    *,
    by: Annotated[str | None, Parameter(help="Registered actor who asks.")] = None,
    reader: Annotated[str | None, Parameter(help="Only what this actor read.")] = None,
    file: Annotated[
        Path | None, Parameter(name="--out", help="Write it as CSV to a new file.")
    ] = None,
    district: DistrictOption = None,
    json: JsonOption = False,
) -> None:
    """Show who read restricted records, when, which, and for what purpose.

    Open to the roles that may read personnel matters themselves, auditors among them. Reading is
    recorded by `cot events --purpose`, before anything is shown.
    """
    with opened() as engine:
        head = head_of(engine, district)
        _require_right(engine, head.district, acting(engine, by))
        rows = access_log(engine.store, head.district)
    rows = [row for row in rows if reader in (None, row.actor)]
    if file is not None:
        _write(file, rows)
        out.print(f"{len(rows)} rows written to {file}.", markup=False)
    elif json:
        print_rows_as_json(head.district, rows)
    else:
        shown = [as_cells(row, recorded_at=f"{row.recorded_at:%Y-%m-%d %H:%M}") for row in rows]
        print_table(COLUMNS, shown, empty="Nobody read restricted records.")


def _require_right(engine: Engine, district: str, who: str) -> None:
    role = role_of(engine.store, district, who)
    if unreadable(role, ("personnel",)):
        raise Rejected(
            "class_not_readable",
            f"{who!r} has the role {role}, which may not read personnel matters, and so not who "
            "read them; ask an auditor, a steward or the chair",
        )


def _write(file: Path, rows: list[AccessRow]) -> None:
    try:
        with file.open("x", newline="", encoding="utf-8") as text:
            writer = csv.writer(text)
            names = ("position", *COLUMNS, "event_id")
            writer.writerow(names)
            for row in rows:
                cells = plain(as_cells(row, classes=" ".join(row.classes)))
                if isinstance(cells, dict):
                    writer.writerow([cells[name] for name in names])
    except OSError as error:
        raise NotConfigured(
            f"{file} cannot be written: {error.strerror}; name a new file"
        ) from error
