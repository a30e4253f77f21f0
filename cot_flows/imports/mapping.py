"""The file that maps a district's own unit codes to the catalogue of 27 units."""

from dataclasses import dataclass
from pathlib import Path

from cot_flows.errors import ImportRefused
from cot_flows.imports.reading import read_rows
from cot_flows.imports.rows import RowError
from domain.catalogue import shipped_units

REQUIRED = ("unit_code", "catalogue_code")
OPTIONAL = ("name",)
LONGEST_NAME = 160


@dataclass(frozen=True, slots=True)
class UnitMapping:
    """How one of the district's units is registered: its counterpart, and perhaps its name."""

    catalogue_code: str
    name: str | None


def read_mapping(path: Path) -> dict[str, UnitMapping]:
    """Return the mapping by the district's own codes. Raises ImportRefused with every fault."""
    known = {unit.code for unit in shipped_units().units}
    mapping: dict[str, UnitMapping] = {}
    errors: list[RowError] = []
    for raw in read_rows(path, REQUIRED, OPTIONAL):
        code, catalogue = raw.cells["unit_code"], raw.cells["catalogue_code"]
        faults = {
            "unit_code": "is empty or twice there: name each unit once"
            if not code or code in mapping
            else "",
            "catalogue_code": f"is not in the catalogue: use one of {', '.join(sorted(known))}"
            if catalogue not in known
            else "",
            "name": f"is longer than {LONGEST_NAME} characters: shorten it"
            if len(raw.cells.get("name", "")) > LONGEST_NAME
            else "",
        }
        errors += [
            RowError(raw.file, raw.number, column, raw.cells[column], message)
            for column, message in faults.items()
            if message
        ]
        mapping[code] = UnitMapping(catalogue, raw.cells.get("name") or None)
    if errors:
        raise ImportRefused(f"{path.name}: {len(errors)} faults in the unit mapping", errors)
    return mapping
