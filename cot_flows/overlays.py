"""What lies over a unit's stage, and how a unit ended: no stages, but what people look at first."""

from collections import Counter
from collections.abc import Iterable, Mapping

MISSED_IN_A_ROW = 2
"""So many reviews of a unit that lapsed one after the other are shown on the board."""


def ending(row: Mapping[str, object]) -> str | None:
    """Return how a unit ended, such as `merged into PRG on 2026-07-01`, or None while it goes on.

    `row` is one of `unit_progress`.
    """
    if row["ended_on"] is None:
        return None
    successors = row["successors"]
    named = " and ".join(str(each) for each in successors) if isinstance(successors, list) else ""
    return f"{row['ended_as']} into {named} on {row['ended_on']}"


def missed_in_a_row(reviews: Iterable[Mapping[str, object]]) -> Counter[str]:
    """Return by subject, such as `unit:HR`, how many of its newest reviews lapsed in a row.

    `reviews` are rows of `review_queue`. They follow each other by the day on which they were due;
    one that was held ends a row, one that is still going on or ended otherwise says nothing.
    """
    missed: Counter[str] = Counter()
    for review in sorted(reviews, key=lambda row: (str(row["due_on"]), str(row["review"]))):
        about = str(review["about"])
        if review["held_on"] is not None:
            missed[about] = 0
        elif review["ended_as"] == "lapsed":
            missed[about] += 1
    return missed


def overlays(row: Mapping[str, object], missed: Mapping[str, int]) -> list[str]:
    """Return what lies over a unit's stage: on hold, stalled, head vacant, overdue, contested.

    `row` is one of `unit_progress`; `missed` counts reviews as `missed_in_a_row` does. Nothing
    lies over the stage of a unit that has ended.
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
    in_a_row = missed.get(f"unit:{row['unit']}", 0)
    if in_a_row >= MISSED_IN_A_ROW:
        care.append(f"{in_a_row} reviews in a row missed")
    return care
