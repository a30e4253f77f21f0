"""The tables of a packet that tell of measures beside something: other groups, or a plan."""

from typing import Literal

from cot_flows.papers.model import Cell, Table, places
from cot_flows.papers.packet_tables import BEHIND
from cot_flows.papers.words import Entry, entries, say

NOTHING = {
    "money": "Money: no plan and no spending is on record for this subject. Ledgers come in as "
    "measures of the kind money.",
    "partners": "Outside partners: nothing they did is on record for this subject. It comes in as "
    "measures of the kind partner.",
    "parity": "Parity: no value of a school group is on record for this subject.",
}
"""What is said of a part that is empty: that it is, and how it is filled."""


def grouped(document: Entry) -> tuple[Table, ...]:
    """Return a table for each measure and family of groups."""
    columns = ("Group", "Value", "n", "Parity", "Band", "Periods in a row below 0.80", BEHIND)
    found = [
        Table(
            f"{each['title']} ({each['unit_of_measure']}, {each['better']} is better) by "
            f"{each['family']}, {each['period_from']} to {each['period_to']}",
            columns,
            tuple(_group(group) for group in entries(each, "groups")),
            frozenset({1, 2, 3, 5}),
        )
        for each in entries(document, "parity")
    ]
    return tuple(found) or (Table("Parity", columns, (), empty=NOTHING["parity"]),)


def _group(each: Entry) -> tuple[Cell, ...]:
    kept = each["kept_back"]
    if kept is not None:
        least = each["fewer_than"]
        why = f"withheld: n below {least}" if least else "withheld beside a small group"
        told: tuple[Cell, ...] = (why, "withheld", "none", "none", "none")
    else:
        told = (
            str(each["value"]),
            str(each["n"]),
            say(each["ratio"]),
            say(each["band"]),
            str(each["periods_below"]),
        )
    return (str(each["group"]), *told, places(each["positions"]))


def compared(document: Entry, name: Literal["money", "partners"]) -> Table:
    """Return the measures of a kind, one row for each period, beside what was planned."""
    done = "Spent" if name == "money" else "Done"
    promised = "Planned" if name == "money" else "Promised"
    rows = [
        (
            f"{each['title']} ({each['unit_of_measure']}, {each['better']} is better)",
            f"{value['period_from']} to {value['period_to']}",
            _said(value["planned"]),
            _said(value["value"]),
            say(value["share"]),
            places(value["positions"]),
        )
        for each in entries(document, name)
        for value in entries(each, "values")
    ]
    columns = ("Measure", "Period", promised, done, f"{done} of {promised.lower()}", BEHIND)
    caption = "Money" if name == "money" else "Outside partners"
    return Table(caption, columns, tuple(rows), frozenset({2, 3, 4}), empty=NOTHING[name])


def _said(value: object) -> str:
    if not isinstance(value, dict):
        return "not recorded"
    least = value["fewer_than"]
    return f"withheld: n below {least}" if least else str(value["value"])
