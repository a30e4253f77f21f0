"""What lies over a unit's stage, and how a unit ended: no stages, but what people look at first."""

from collections.abc import Mapping


def ending(row: Mapping[str, object]) -> str | None:
    """Return how a unit ended, such as `merged into PRG on 2026-07-01`, or None while it goes on.

    `row` is one of `unit_progress`.
    """
    if row["ended_on"] is None:
        return None
    successors = row["successors"]
    named = " and ".join(str(each) for each in successors) if isinstance(successors, list) else ""
    return f"{row['ended_as']} into {named} on {row['ended_on']}"


def overlays(row: Mapping[str, object]) -> list[str]:
    """Return what lies over a unit's stage: on hold, stalled, head vacant, overdue, contested.

    `row` is one of `unit_progress`. Nothing lies over the stage of a unit that has ended.
    """
    if row["ended_on"] is not None:
        return []
    care: list[str] = []
    if row["on_hold"]:
        care.append(f"on hold until {row['on_hold_until']}")
    if row["stalled"]:
        care.append("stalled")
    if row["head_vacant"]:
        care.append("head vacant")
    for name, words in (
        ("activities_overdue", "activities late"),
        ("actions_overdue", "actions late"),
        ("actions_escalated", "actions escalated"),
        ("contested", "ratings contested"),
    ):
        if row[name]:
            care.append(f"{row[name]} {words}")
    return care
