"""What a unit's row must say, folded event by event in Python: the slow, plain way.

Written from what the columns mean, not from the queries, so that a wrong query is seen even where
live, rebuilt and as-of rows agree with one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from domain.facts.activity import (
    ActivityAbandoned,
    ActivityAnnounced,
    ActivityCompleted,
    ActivityPlanned,
    ActivityReported,
)
from domain.facts.assessment import IndicatorRated
from domain.facts.correction import FactRetracted
from domain.facts.evidence import EvidenceRetracted
from domain.facts.unit import UnitRegistered, UnitStageEntered, UnitStageReverted
from events.envelope import RecordedEvent


def in_scope(
    events: Sequence[RecordedEvent], position: int, effective: date
) -> list[RecordedEvent]:
    """Return the events that count: known, effective, not replaced, not taken back."""
    known = [each for each in events if each.position <= position]
    replaced = {
        earlier.position
        for earlier in known
        for later in known
        if later.fact_position == earlier.fact_position and later.position > earlier.position
    }
    counting = [
        each
        for each in known
        if each.position not in replaced
        and each.effective_from <= effective
        and not isinstance(each.event, FactRetracted)
    ]
    return sorted(counting, key=lambda each: (each.effective_from, each.fact_position))


@dataclass
class UnitFold:
    """A unit's row, as far as the oracle speaks of it."""

    name: str
    stage: str = "S0"
    ratings: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    planned: dict[str, date] = field(default_factory=dict)
    facts: dict[int, int] = field(default_factory=dict)
    announced: int = 0


def expected_units(
    events: Sequence[RecordedEvent], position: int, effective: date
) -> dict[str, dict[str, object]]:
    """Return the columns the oracle speaks of, by unit."""
    counting = in_scope(events, position, effective)
    units = {
        e.event.unit: UnitFold(e.event.name)
        for e in counting
        if isinstance(e.event, UnitRegistered)
    }
    ended: dict[str, object] = {}
    retracted: set[str] = set()
    for recorded in counting:
        match recorded.event:
            case (
                UnitStageEntered(unit=unit, to_stage=stage)
                | UnitStageReverted(unit=unit, to_stage=stage)
            ) if unit in units:
                units[unit].stage = stage
            case IndicatorRated(about=about, indicator=indicator) as rated:
                unit = about.partition(":")[2]
                if unit in units:
                    units[unit].ratings[indicator] = (rated.level, rated.evidence)
            case EvidenceRetracted(evidence=evidence):
                retracted.add(evidence)
            case ActivityPlanned(activity=activity, units=named, due_on=due):
                for unit in named:
                    if unit in units:
                        units[unit].planned[activity] = due
            case ActivityCompleted(activity=activity) | ActivityAbandoned(activity=activity):
                ended[activity] = recorded.event
            case ActivityReported(unit=unit, dimension=dimension) if unit in units:
                facts = units[unit].facts
                facts[dimension] = facts.get(dimension, 0) + 1
            case ActivityAnnounced(unit=unit) if unit in units:
                units[unit].announced += 1
            case _:
                pass
    return {unit: _row(fold, ended, retracted) for unit, fold in units.items()}


def _row(fold: UnitFold, ended: dict[str, object], retracted: set[str]) -> dict[str, object]:
    row: dict[str, object] = {"name": fold.name, "stage": fold.stage}
    for dimension in range(1, 6):
        levels = [
            level
            for indicator, (level, _) in fold.ratings.items()
            if indicator.startswith(f"D{dimension}.")
        ]
        row[f"d{dimension}"] = f"{median(levels):.1f}" if levels else None
        row[f"d{dimension}_count"] = len(levels)
        row[f"facts_d{dimension}"] = fold.facts.get(dimension, 0)
    row["announced_count"] = fold.announced
    row["contested"] = sum(bool(retracted & set(cited)) for _, cited in fold.ratings.values())
    done = [a for a in fold.planned if isinstance(ended.get(a), ActivityCompleted)]
    open_ = [a for a in fold.planned if a not in ended]
    row["activities_done"], row["activities_open"] = len(done), len(open_)
    row["open_due_dates"] = sorted(fold.planned[a] for a in open_)
    return row
