"""Where the units stand, and what lies over their stages: each number with the events behind it."""

from collections.abc import Iterable
from datetime import date

from cot_flows.reviews.inputs.reading import Entry, Reading, Row, keys_of
from projections.lineage import Behind

STAGE = ("UnitRegistered", "UnitStageEntered", "UnitStageReverted", "UnitRestarted")
HOLD = ("UnitPutOnHold", "UnitHoldLifted")
HEAD = ("UnitHeadAssigned", "UnitHeadVacated")
GATE = ("GateCriterionAttested", "GateWaived")

Lines = dict[str, list[Behind]]
"""By the key of a unit: the events behind its row."""


def unit_rows(reading: Reading, about: str) -> list[Row]:
    """Return the rows of the units that a review of a subject looks at; of a network, none."""
    return [] if about.startswith("network:") else reading.rows("unit_progress", keys_of(about))


def lines_of(reading: Reading, rows: list[Row]) -> Lines:
    """Return the events behind each unit's row."""
    return {str(row["key"]): reading.behind(str(row["key"])) for row in rows}


def units(rows: list[Row], lines: Lines) -> list[Entry]:
    """Return where each unit stands."""
    return [_entry(row, lines[str(row["key"])]) for row in rows]


def risks(rows: list[Row], lines: Lines, day: date) -> list[Entry]:
    """Return what lies over the units' stages: on hold, stalled, vacant, late, contested."""
    return [risk for row in rows for risk in _risks(row, lines[str(row["key"])], day)]


def _entry(row: Row, line: list[Behind]) -> Entry:
    activity = [each for each in line if each.stream.startswith("activity-")]
    action = [each for each in line if each.stream.startswith("action-")]
    return {
        "unit": row["unit"],
        "name": row["name"],
        "staged": row["staged"],
        "stage": {
            "stage": row["stage"],
            "entered_on": row["stage_entered_on"],
            "days": row["days_in_stage"],
            "positions": _of(line, STAGE + HOLD),
        },
        "gate": {
            **{name: row[name] for name in ("musts_met", "musts_total", "rest_met", "rest_total")},
            "positions": _of(line, GATE + STAGE),
        },
        "activities": {
            "open": row["activities_open"],
            "done": row["activities_done"],
            "late": row["activities_overdue"],
            "positions": _positions(activity),
        },
        "actions": {
            "open": row["actions_open"],
            "late": row["actions_overdue"],
            "positions": _positions(action),
        },
        "positions": _of(line, ("UnitRegistered",)),
    }


def _risks(row: Row, line: list[Behind], day: date) -> list[Entry]:
    activity = [each for each in line if each.stream.startswith("activity-")]
    action = [each for each in line if each.stream.startswith("action-")]
    last = row["last_qualifying_position"]
    found: list[tuple[str, str, list[int]]] = []
    if row["on_hold"]:
        found.append(("on hold", f"until {row['on_hold_until']}", _of(line, HOLD)))
    if row["stalled"]:
        since = f"nothing that counts since {row['last_qualifying_on'] or row['stage_entered_on']}"
        found.append(("stalled", since, [last] if isinstance(last, int) else _of(line, STAGE)))
    if row["head_vacant"]:
        found.append(("head vacant", f"since {row['head_vacant_since']}", _of(line, HEAD)))
    for name, risk, events in (
        ("activities_overdue", "activities late", activity),
        ("actions_overdue", "actions late", action),
    ):
        if row[name]:
            found.append((risk, f"{row[name]} on {day}", _positions(events)))
    return [
        {"unit": row["unit"], "risk": risk, "shows": shows, "positions": places}
        for risk, shows, places in found
    ]


def _of(line: list[Behind], types: Iterable[str]) -> list[int]:
    wanted = set(types)
    return _positions(each for each in line if each.type in wanted)


def _positions(line: Iterable[Behind]) -> list[int]:
    return sorted(each.position for each in line)
