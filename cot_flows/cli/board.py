"""The board of units: what a row of `unit_progress` says in a line or on a page."""

from collections.abc import Mapping
from decimal import Decimal

from rich.table import Table

from cot_flows.cli.session import out
from cot_flows.cli.showing import EMPTY, cell
from cot_flows.overlays import ending, overlays

Row = Mapping[str, object]


def board_row(row: Row, missed: Mapping[str, int]) -> dict[str, object]:
    """Return a unit's line on the board, by column; `missed` counts reviews by subject."""
    newest = row["newest_fact_on"]
    age = row.get("newest_fact_age_days")
    return {
        "unit": row["unit"],
        "name": row["name"],
        "stage": row["stage"],
        "days": row["days_in_stage"],
        "gate": f"{row['musts_met']}/{row['musts_total']}"
        + (f" + {row['rest_met']}/{row['rest_total']}" if row["rest_total"] else ""),
        "unmet": str(row["first_unmet"] or "-").replace("_", " "),
        **{f"d{n}": _median(row, n) for n in range(1, 6)},
        **{f"f{n}": row[f"facts_d{n}"] for n in range(1, 6)},
        "announced": row["announced_count"],
        "oldest": row["oldest_evidence_on"],
        "activities": "/".join(
            str(row[name]) for name in ("activities_open", "activities_done", "activities_overdue")
        ),
        "last": row["last_activity_on"],
        "newest": newest,
        "age": None if not isinstance(age, int) else Decimal(age) / Decimal("365.25"),
        "ended": ending(row),
        "came_from": row["came_from"],
        "care": ", ".join(overlays(row, missed)),
    }


def print_unit(row: Row, missed: Mapping[str, int]) -> None:
    """Print everything a row says about one unit, a line each, and its reviews missed in a row."""
    lines: dict[str, object] = {
        "Code": row["unit"],
        "Catalogue": row["catalogue_code"],
        "Head": row["head"] if not row["head_vacant"] else "vacant",
    }
    if row["ended_on"] is not None:
        lines["Ended"] = ending(row)
    if row["came_from"]:
        lines["Came from"] = row["came_from"]
    if row["staged"]:
        lines |= {
            "Stage": f"{row['stage']} since {row['stage_entered_on']} "
            f"({row['days_in_stage']} days, holds not counted)",
            "Gate": f"{row['musts_met']} of {row['musts_total']} musts"
            + (f", {row['rest_met']} of {row['rest_total']} others" if row["rest_total"] else ""),
            "First unmet": row["first_unmet_text"],
            **{f"Dimension {n}": _median(row, n) for n in range(1, 6)},
            "Oldest evidence": row["oldest_evidence_on"],
            "Activities": f"{row['activities_open']} open, {row['activities_done']} done, "
            f"{row['activities_overdue']} late",
            "Last activity": row["last_activity_on"],
        }
    else:
        lines |= {
            "Stage": "not staged, not rated",
            **{f"Facts, dimension {n}": row[f"facts_d{n}"] for n in range(1, 6)},
            "Plans announced": row["announced_count"],
            "Newest fact": row["newest_fact_on"],
        }
    lines["Needs care"] = ", ".join(overlays(row, missed)) or "nothing"
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in lines.items():
        table.add_row(f"[bold]{name}[/]", cell(value))
    out.print(table)


def _median(row: Row, dimension: int) -> str:
    median, count = row[f"d{dimension}"], row[f"d{dimension}_count"]
    return EMPTY if median is None else f"{median:.1f} ({count})"
