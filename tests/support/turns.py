"""What may become of a unit, an action item or a piece of evidence in a random history."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from domain.catalogue import shipped_gates
from domain.facts.action import (
    ActionItemAccepted,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueDateMoved,
    ActionItemEscalated,
    ActionItemReassigned,
    ActionItemVerified,
)
from domain.facts.evidence import EvidenceDisputed, EvidenceDisputeSettled
from domain.facts.reorganization import UnitDissolved, UnitsMerged, UnitSplit
from domain.facts.unit import (
    GateCriterionAttested,
    UnitHeadAssigned,
    UnitHeadVacated,
    UnitHoldLifted,
    UnitPutOnHold,
    UnitRestarted,
    UnitStageEntered,
    UnitStageReverted,
)
from domain.message import DomainEvent


def turn(random: Random, unit: str, today: date) -> DomainEvent:
    """Return a stage, a gate criterion, a hold, a head: entered, taken back, begun again."""
    low, high = (f"S{number}" for number in sorted(random.sample(range(3), 2)))
    choices: tuple[DomainEvent, ...] = (
        UnitStageEntered(unit=unit, from_stage=low, to_stage=high),
        UnitStageEntered(unit=unit, from_stage="S0", to_stage="S1"),
        UnitStageReverted(unit=unit, from_stage=high, to_stage=low, review="R", evidence=()),
        UnitRestarted(unit=unit, from_stage=high, cause="leader_change", charter="Begin again"),
        attested(random, unit),
        attested(random, unit),
        attested(random, unit),
        UnitPutOnHold(unit=unit, until=today + timedelta(days=60), approver="someone"),
        UnitHoldLifted(unit=unit),
        UnitHeadAssigned(unit=unit, head="someone"),
        UnitHeadVacated(unit=unit, head="someone"),
    )
    return random.choice(choices)


def attested(random: Random, unit: str) -> GateCriterionAttested:
    """Return that a criterion of an early gate is met, or no longer."""
    stage = random.choice(("S0", "S1", "S1", "S1"))
    criterion = shipped_gates().stage(stage).exit_criteria[0]
    met = random.random() < 0.8
    return GateCriterionAttested(
        unit=unit, stage=stage, criterion=criterion.id, met=met, evidence=()
    )


def ending(random: Random, units: Sequence[str]) -> UnitsMerged | UnitSplit | UnitDissolved:
    """Return the end of one unit or two, in favour of others."""
    one, two, three = random.sample(units, 3)
    board = "Board item 7"
    choices: tuple[UnitsMerged | UnitSplit | UnitDissolved, ...] = (
        UnitsMerged(units=(one, two), successor=three, board_reference=board),
        UnitSplit(unit=one, successors=(two, three), heir=three, board_reference=board),
        UnitDissolved(unit=one, successor=two, board_reference=board),
    )
    return random.choice(choices)


def lateness(random: Random, action: str, units: Sequence[str], today: date) -> DomainEvent:
    """Return what becomes of an action item: done, dropped, late, given to others."""
    due = today + timedelta(days=random.choice((3, 30)))
    choices: tuple[DomainEvent, ...] = (
        ActionItemCompleted(action=action, evidence=("E0",)),
        ActionItemDropped(action=action),
        ActionItemVerified(action=action),
        ActionItemAccepted(action=action),
        ActionItemReassigned(action=action, owner="another", unit=random.choice(units)),
        ActionItemReassigned(action=action, owner="another"),
        ActionItemDueDateMoved(action=action, from_due_on=today, due_on=due),
        ActionItemEscalated(
            action=action, level=random.choice(("head", "chair", "superintendent"))
        ),
        ActionItemAccepted(action=action),
    )
    return random.choice(choices)


def doubt(random: Random, evidence: str) -> EvidenceDisputed | EvidenceDisputeSettled:
    """Return a dispute of a piece of evidence, or how it ends."""
    finding = "It counts other schools"
    choices: tuple[EvidenceDisputed | EvidenceDisputeSettled, ...] = (
        EvidenceDisputed(evidence=evidence, finding=finding),
        EvidenceDisputeSettled(evidence=evidence, outcome="upheld", finding=finding),
        EvidenceDisputeSettled(evidence=evidence, outcome="upheld", finding=finding),
        EvidenceDisputeSettled(evidence=evidence, outcome="dismissed", finding=finding),
    )
    return random.choice(choices)
