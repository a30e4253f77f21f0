"""Writes docs/reference/milestones.md from the code: `python -m tests.support.milestone_reference`."""

from pathlib import Path

from cot_flows.milestones.vocabulary import KINDS, Kind
from deployments.catalogue import AUTOMATIONS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "milestones.md"
HEAD = """# Milestones

What the product tells Prefect as events, for automations of your own: see [how to hang one](../how-to/hang-automations.md). A milestone is told at most once
and may be lost; the fact it tells of is in the log. Corrections are no milestones, nor is what was recorded more than a day before it could be told, and
logs on a simulated clock tell none.

Every event has the resource `cot-flows.KIND.DISTRICT.ID` (for a district `cot-flows.district.DISTRICT`) with the label `cot-flows.district`, and as related
resources the district and the other reviews, units, action items and notices that the fact concerns, each under its kind as role. The payload has `district`,
`position`, `event_type`, `occurred_on` and `recorded_at`, and what the table names; never a title, a note, a reason or the id of a person. The event's id is
derived from district and position, so that a copy can be recognised.

This page is made from the code: `python -m tests.support.milestone_reference`. A test fails when they differ.

| event | when | tells of | payload besides |
|---|---|---|---|
"""


def page() -> str:
    """Return the page as it should be."""
    hung = "".join(
        f"| {each.name} | {', '.join(f'`{name}`' for name in each.on)} | `{each.runs}` |"
        f" {each.description} |\n"
        for each in AUTOMATIONS
    )
    tail = "\n## Automations that ship\n\n| name | on | runs | |\n|---|---|---|---|\n"
    return HEAD + "".join(map(_row, KINDS)) + tail + hung


def _row(kind: Kind) -> str:
    facts = ", ".join(f"`{fact.type_name()}`" for fact in kind.types) or "no fact: a run found it"
    tells = ", ".join(f"`{name}`" for name in kind.tells)
    return f"| `{kind.event}` | {kind.means} | {facts} | {tells} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
