"""A finding or order from outside: recorded, answered with a plan, reported on by quarter."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from pydantic import Field

from domain import actor, evidence, ids
from domain.actor import ActorState
from domain.deciding import fact, one, require_unused
from domain.errors import Rejected
from domain.facts.fields import Slug, Title
from domain.facts.finding import (
    ExternalFindingRecorded,
    FindingKind,
    FindingPlanSubmitted,
    FindingStatus,
    FindingStatusReported,
)
from domain.message import Circumstances, Command, Decision, Happened
from domain.unit import UnitState, require_unit
from domain.world import State, World


class RecordExternalFinding(Command):
    """Record what an auditor found, or a state or court ordered; it opens a review."""

    finding: Slug = Field(description="New id of the finding, such as its number in the report")
    kind: FindingKind = Field(description="What it is")
    source: Slug = Field(description="Who found or ordered it, such as state-auditor")
    reference: Title = Field(description="Where it is written, such as Report 2026-03, finding 4")
    condition: Title = Field(description="What was found, in a short text without personal data")
    criteria: Title = Field(description="What should be, by which rule")
    cause: Title | None = Field(default=None, description="Why it is so, by the finding")
    effect: Title | None = Field(default=None, description="What comes of it, by the finding")
    recommendation: Title | None = Field(default=None, description="What is asked for")
    units: tuple[Slug, ...] = Field(
        default=(), description="Codes of the units it concerns; none: the whole district"
    )
    plan_due_on: date = Field(description="Day by which a plan is due, often 30 days later")


class SubmitFindingPlan(Command):
    """Say what will be done about a finding, and who owes it."""

    finding: Slug = Field(description="Id of the finding")
    plan: Title = Field(description="What will be done, in a short text without personal data")
    owner: Slug = Field(description="Actor id of who owes it")
    evidence: tuple[Slug, ...] = Field(default=(), description="Ids of the evidence of the plan")


class ReportFindingStatus(Command):
    """Say how far the plan of a finding had come in a quarter; closing it needs evidence."""

    finding: Slug = Field(description="Id of the finding")
    period: str = Field(pattern=r"^[0-9]{4}-Q[1-4]$", description="The quarter, such as 2026-Q3")
    status: FindingStatus = Field(description="How far it had come")
    evidence: tuple[Slug, ...] = Field(default=(), description="Ids of the evidence that shows it")


FindingCommand = RecordExternalFinding | SubmitFindingPlan | ReportFindingStatus
COMMANDS: tuple[type[Command], ...] = (
    RecordExternalFinding,
    SubmitFindingPlan,
    ReportFindingStatus,
)


@dataclass(frozen=True, slots=True)
class FindingState(State):
    """One finding: whether it is recorded, which units it concerns, its plan and its status."""

    category: ClassVar[str] = "finding"

    recorded: bool = False
    units: tuple[str, ...] = ()
    planned: bool = False
    status: str | None = None

    def subjects(self) -> tuple[str, ...]:
        """Return what later facts about the finding concern too."""
        return tuple(ids.subject("unit", unit) for unit in self.units)


initial = FindingState()


def evolve(state: FindingState, happened: Happened) -> FindingState:
    """Return the state after one more fact about the finding."""
    match happened.event:
        case ExternalFindingRecorded(units=units):
            return replace(state, recorded=True, units=units)
        case FindingPlanSubmitted():
            return replace(state, planned=True)
        case FindingStatusReported(status=status):
            return replace(state, status=status)
        case _:
            return state


def needs(command: FindingCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = FindingState.stream(command.finding)
    match command:
        case RecordExternalFinding(units=units):
            return (target, *(UnitState.stream(unit) for unit in units))
        case SubmitFindingPlan(owner=owner, evidence=cited):
            return (target, ActorState.stream(owner), *evidence.streams(cited))
        case ReportFindingStatus(evidence=cited):
            return (target, *evidence.streams(cited))


def decide(
    command: FindingCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about a finding. Raises Rejected."""
    stream = FindingState.stream(command.finding)
    state = world.get(FindingState, command.finding)
    match command:
        case RecordExternalFinding():
            require_unused(state, f"finding {command.finding}")
            for unit in command.units:
                require_unit(world, unit)
            if command.plan_due_on < circumstances.occurred_on:
                raise Rejected(
                    "plan_due_before_finding",
                    f"the plan for finding {command.finding} is due on {command.plan_due_on}, "
                    f"before the finding of {circumstances.occurred_on}; check the two days",
                )
            return one(stream, fact(ExternalFindingRecorded, command), new=True)
        case SubmitFindingPlan():
            _require_standing(command.finding, state)
            actor.require_active(world, command.owner, "the owner")
            evidence.require_usable(world, command.evidence)
            return one(stream, fact(FindingPlanSubmitted, command), _concerned(command, state))
        case ReportFindingStatus():
            _require_standing(command.finding, state)
            if command.status == "closed" and not command.evidence:
                raise Rejected(
                    "finding_closed_without_evidence",
                    f"closing finding {command.finding} cites no evidence; cite what shows that it "
                    "no longer stands",
                )
            evidence.require_usable(world, command.evidence)
            return one(stream, fact(FindingStatusReported, command), _concerned(command, state))


def _concerned(
    command: SubmitFindingPlan | ReportFindingStatus, state: FindingState
) -> tuple[str, ...]:
    cited = (ids.subject("evidence", each) for each in command.evidence)
    return (*state.subjects(), *cited)


def _require_standing(finding: str, state: FindingState) -> None:
    if not state.recorded:
        raise Rejected("unknown_finding", f"there is no finding {finding!r}; check the id")
    if state.status == "closed":
        raise Rejected(
            "finding_closed", f"finding {finding} is closed; record what is new as a new finding"
        )
