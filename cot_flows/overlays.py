"""What lies over a unit's stage: not a stage of its own, but what people should look at."""

from collections.abc import Mapping


def overlays(row: Mapping[str, object]) -> list[str]:
    """Return what lies over a unit's stage: on hold, stalled, head vacant, overdue, contested.

    `row` is one of `unit_progress`.
    """
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
        ("contested", "ratings contested"),
    ):
        if row[name]:
            care.append(f"{row[name]} {words}")
    return care
