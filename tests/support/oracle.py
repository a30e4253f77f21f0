"""What a unit's row must say, folded event by event in Python: the slow, plain way.

Written from what the columns mean, not from the queries, so that a wrong query is seen even where
live, rebuilt and as-of rows agree with one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from domain.catalogue import shipped_gates
from domain.facts.activity import ActivityAnnounced, ActivityCompleted, ActivityReported
from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.facts.correction import FactRetracted
from domain.facts.evidence import EvidenceDisputeSettled, EvidenceRetracted, EvidenceSubmitted
from domain.facts.unit import (
    GateCriterionAttested,
    UnitRegistered,
    UnitRestarted,
    UnitStageEntered,
    UnitStageReverted,
)
from events.envelope import RecordedEvent
from tests.support.oracle_of_work import (
    Ended,
    Work,
    active_days,
    all_work,
    endings,
    held_by,
)


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
    met: set[tuple[str, str]] = field(default_factory=set)
    facts: dict[int, int] = field(default_factory=dict)
    announced: int = 0
    qualifying: list[date] = field(default_factory=list)


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
    for recorded in counting:
        _take_in(recorded, units)
    doubted = _not_to_be_relied_on(counting)
    ended, work = endings(counting), all_work(counting)
    return {
        unit: _row(fold, doubted) | _ending(unit, ended) | _work(unit, fold, work, ended)
        for unit, fold in units.items()
    }


def _take_in(recorded: RecordedEvent, units: dict[str, UnitFold]) -> None:
    event, day = recorded.event, recorded.effective_from
    if isinstance(event, EvidenceSubmitted):
        for unit in units.keys() & set(event.units):
            units[unit].qualifying.append(day)
        return
    unit = getattr(event, "unit", None) or getattr(event, "about", "").removeprefix("unit:")
    if unit not in units:
        return
    fold = units[unit]
    match event:
        case UnitStageEntered(to_stage=stage) | UnitStageReverted(to_stage=stage):
            fold.stage = stage
            fold.qualifying.append(day)
        case UnitRestarted():
            fold.stage = "S1"
            fold.met = {key for key in fold.met if key[0] == "S0"}
            fold.qualifying.append(day)
        case UnitRegistered():
            fold.qualifying.append(day)
        case GateCriterionAttested(stage=stage, criterion=criterion, met=True):
            fold.met.add((stage, criterion))
        case GateCriterionAttested(stage=stage, criterion=criterion):
            fold.met.discard((stage, criterion))
        case IndicatorRated() | RatingReaffirmed():
            fold.ratings[event.indicator] = (event.level, event.evidence)
        case ActivityReported(dimension=dimension):
            fold.facts[dimension] = fold.facts.get(dimension, 0) + 1
            fold.qualifying.append(day)
        case ActivityAnnounced():
            fold.announced += 1
        case _:
            pass


def _not_to_be_relied_on(counting: Sequence[RecordedEvent]) -> set[str]:
    retracted: set[str] = set()
    doubted: dict[str, bool] = {}
    for recorded in counting:
        match recorded.event:
            case EvidenceRetracted(evidence=evidence):
                retracted.add(evidence)
            case EvidenceDisputeSettled(evidence=evidence, outcome=outcome):
                doubted[evidence] = outcome == "upheld"
            case _:
                pass
    return retracted | {evidence for evidence, upheld in doubted.items() if upheld}


def _row(fold: UnitFold, doubted: set[str]) -> dict[str, object]:
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
    row["contested"] = sum(bool(doubted & set(cited)) for _, cited in fold.ratings.values())
    gate = shipped_gates().stage(fold.stage)
    row["musts_met"] = sum((fold.stage, each.id) in fold.met for each in gate.must)
    row["rest_met"] = sum((fold.stage, each.id) in fold.met for each in gate.rest)
    return row


def _ending(unit: str, ended: dict[str, Ended]) -> dict[str, object]:
    own = ended.get(unit)
    return {
        "ended_on": own and own.on,
        "ended_as": own and own.way,
        "successors": list(own.successors) if own else [],
        "came_from": sorted(code for code, each in ended.items() if unit in each.successors),
    }


def _work(
    unit: str, fold: UnitFold, work: dict[str, Work], ended: dict[str, Ended]
) -> dict[str, object]:
    own = {item: each for item, each in work.items() if unit in held_by(each, ended)}
    activities = [each for item, each in own.items() if item.startswith("activity:")]
    open_ = [each for each in activities if each.finished_by is None]
    owed = [
        each
        for item, each in own.items()
        if item.startswith("action:") and each.finished_by is None
    ]
    active = [
        day for each in work.values() for u, day in active_days(each, ended).items() if u == unit
    ]
    return {
        "activities_done": sum(
            isinstance(each.finished_by, ActivityCompleted) for each in activities
        ),
        "activities_open": len(open_),
        "open_due_dates": sorted(each.due_on for each in open_ if each.due_on),
        "actions_open": len(owed),
        "action_due_dates": sorted(each.due_on for each in owed if each.due_on),
        "actions_escalated": sum(each.escalated is not None for each in owed),
        "last_qualifying_on": max((*fold.qualifying, *active)),
    }
