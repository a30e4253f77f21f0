"""How a unit moves between the stages of its reorganization: gates attested, waived, passed.

A step forward needs the gate of the stage that is left: every `must` criterion, and a share of the
rest. A step back needs a review that decided it: an automatic one would make people hide evidence.
"""

from datetime import date, timedelta
from statistics import median

from pydantic import Field

from domain import actor, evidence, ids, review
from domain.actor import ActorState
from domain.assessment import AssessmentState
from domain.catalogue import Criterion, Gates, shipped_gates
from domain.deciding import effective_on, fact, listed, one, require_reason
from domain.district import DistrictState
from domain.errors import Rejected
from domain.facts.fields import Slug, Stage, Title
from domain.facts.unit import (
    GateCriterionAttested,
    GateWaived,
    RestartCause,
    UnitRestarted,
    UnitStageEntered,
    UnitStageReverted,
)
from domain.message import Circumstances, Command, Decision
from domain.review_state import ReviewState, Verdict
from domain.rubric import shipped_rubric
from domain.unit import UnitState, require_running
from domain.world import World

LONGEST_WAIVER = timedelta(days=90)

RESTARTABLE_FROM = "S2"
"""The first stage in which there is something to begin again; before, a unit just goes on."""

SUSTAINED_LEVEL = 2
"""What the median of the D3 indicators, and D5.3, must be before a unit counts as sustaining."""


class AttestGateCriterion(Command):
    """Say that a criterion for leaving a stage is met, or no longer."""

    unit: Slug = Field(description="Code of the unit")
    stage: Stage = Field(description="Stage whose exit it belongs to, S0 to S5")
    criterion: Slug = Field(description="Criterion, such as staff_trained")
    met: bool = Field(default=True, description="Whether it is met")
    evidence: tuple[Slug, ...] = Field(default=(), description="Ids of the evidence that shows it")


class WaiveGateCriterion(Command):
    """Set a criterion aside until a date at most 90 days away."""

    unit: Slug = Field(description="Code of the unit")
    stage: Stage = Field(description="Stage whose exit it belongs to, S0 to S5")
    criterion: Slug = Field(description="Criterion, such as tool_live")
    approver: Slug = Field(description="Actor id of who allowed it")
    until: date = Field(description="Last day of the waiver")


class EnterStage(Command):
    """Take a unit one stage on; the gate of its stage must be met."""

    unit: Slug = Field(description="Code of the unit")
    to_stage: Stage = Field(description="The next stage")
    review: Slug | None = Field(
        default=None, description="Id of the review that decided to advance, if one did"
    )


class RevertStage(Command):
    """Take a unit back to an earlier stage, as a review decided; needs a reason."""

    unit: Slug = Field(description="Code of the unit")
    to_stage: Stage = Field(description="The earlier stage")
    review: Slug = Field(description="Id of the review that decided to revert")
    evidence: tuple[Slug, ...] = Field(
        default=(), description="Ids of the evidence that shows why; at least one"
    )


class RestartUnit(Command):
    """Begin again in S1 under a new charter, after a change of leader or a merger."""

    unit: Slug = Field(description="Code of the unit")
    cause: RestartCause = Field(description="Why it begins again; other needs a reason")
    charter: Title = Field(description="Title of the new charter")


StageCommand = AttestGateCriterion | WaiveGateCriterion | EnterStage | RevertStage | RestartUnit
COMMANDS: tuple[type[Command], ...] = (
    AttestGateCriterion,
    WaiveGateCriterion,
    EnterStage,
    RevertStage,
    RestartUnit,
)


def needs(command: StageCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = UnitState.stream(command.unit)
    match command:
        case AttestGateCriterion(evidence=cited):
            return (target, *evidence.streams(cited))
        case WaiveGateCriterion(approver=approver):
            return (target, ActorState.stream(approver))
        case EnterStage(review=named):
            ratings = AssessmentState.stream(ids.subject("unit", command.unit))
            reviews = () if named is None else (ReviewState.stream(named),)
            return (target, ids.DISTRICT_STREAM, ratings, *reviews)
        case RevertStage(review=named, evidence=cited):
            return (target, ReviewState.stream(named), *evidence.streams(cited))
        case RestartUnit():
            return (target, ids.DISTRICT_STREAM)


def decide(
    command: StageCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about a unit's stage. Raises Rejected."""
    state = require_running(world, command.unit, effective_on(circumstances))
    stream = UnitState.stream(command.unit)
    match command:
        case AttestGateCriterion():
            _criterion(command.stage, command.criterion)
            evidence.require_usable(world, command.evidence)
            return one(stream, fact(GateCriterionAttested, command))
        case WaiveGateCriterion():
            _require_waivable(command, circumstances, world)
            return one(stream, fact(GateWaived, command))
        case EnterStage():
            _require_next(command, state)
            _require_later(state, effective_on(circumstances))
            _require_not_held(state, effective_on(circumstances))
            require_gate(shipped_gates(), state, effective_on(circumstances))
            _require_entry(command, effective_on(circumstances), world)
            _require_advance(command, world)
            return one(stream, fact(UnitStageEntered, command, from_stage=state.stage))
        case RevertStage():
            _require_revertible(command, circumstances, state, world)
            return one(stream, fact(UnitStageReverted, command, from_stage=state.stage))
        case RestartUnit():
            _require_restartable(command, circumstances, state, world)
            return one(stream, fact(UnitRestarted, command, from_stage=state.stage))


def _criterion(stage: str, criterion: str) -> Criterion:
    criteria = shipped_gates().stage(stage).exit_criteria
    for each in criteria:
        if each.id == criterion:
            return each
    raise Rejected(
        "unknown_criterion",
        f"the exit of {stage} has no criterion {criterion!r}; it has: "
        f"{listed(each.id for each in criteria)}",
    )


def _require_waivable(
    command: WaiveGateCriterion, circumstances: Circumstances, world: World
) -> None:
    begins = effective_on(circumstances)
    if not _criterion(command.stage, command.criterion).waivable:
        raise Rejected(
            "criterion_not_waivable",
            f"{command.criterion} protects people and is never waived; meet it and attest it",
        )
    if not begins <= command.until <= begins + LONGEST_WAIVER:
        raise Rejected(
            "waiver_length",
            f"a waiver from {begins} may last until {begins + LONGEST_WAIVER}, not until "
            f"{command.until}",
        )
    actor.require_active(world, command.approver, "the approver")


def _require_next(command: EnterStage, state: UnitState) -> None:
    codes: list[str] = [stage.code for stage in shipped_gates().stages]
    step = codes.index(command.to_stage) - codes.index(state.stage)
    if step != 1:
        raise Rejected(
            "stage_skipped" if step > 1 else "stage_not_later",
            f"unit {command.unit} is in {state.stage} and goes one stage at a time, not to "
            f"{command.to_stage}",
        )


def _require_later(state: UnitState, day: date) -> None:
    if state.stage_entered_on is not None and day < state.stage_entered_on:
        raise Rejected(
            "before_last_stage_change",
            f"unit {state.code} is in {state.stage} since {state.stage_entered_on}; a change on "
            f"{day} would come before that, correct the date",
        )


def _require_not_held(state: UnitState, day: date) -> None:
    if state.on_hold(day):
        raise Rejected(
            "unit_on_hold",
            f"unit {state.code} is on hold until {state.on_hold_until}; lift the hold first",
        )


def require_gate(gates: Gates, state: UnitState, day: date) -> None:
    """Require that the gate of a unit's stage is met on a day. Raises Rejected, naming the rest."""
    gate = gates.stage(state.stage)
    lacking = [
        f"the must {each.id} ({each.text})"
        for each in gate.must
        if not state.met(state.stage, each.id, day)
    ]
    met = sum(state.met(state.stage, each.id, day) for each in gate.rest)
    missing = gates.rest_needed(state.stage) - met
    if missing > 0:
        lacking.append(f"{missing} of the other {len(gate.rest)} criteria")
    if lacking:
        raise Rejected(
            "gate_unmet",
            f"the exit of {state.stage} for unit {state.code} is not met on {day}: missing are "
            f"{', '.join(lacking)}; attest or waive them",
        )


def _require_entry(command: EnterStage, day: date, world: World) -> None:
    ratings = world.get(AssessmentState, ids.subject("unit", command.unit))
    if command.to_stage == "S1":
        _require_baseline(command.unit, ratings, day, world.get(DistrictState))
    elif command.to_stage == "S6":
        _require_sustained(command.unit, ratings, day)


def _require_baseline(
    unit: str, ratings: AssessmentState, day: date, district: DistrictState
) -> None:
    rubric = district.rubric_on(day)
    if rubric is None:
        raise Rejected("no_rubric", f"no rubric is in force on {day}; publish one first")
    # A district's own rubric may lack some of the shipped baseline: those cannot be asked for.
    wanted = [code for code in shipped_rubric().baseline if rubric.scopes.get(code) == "unit"]
    unrated = [code for code in wanted if ratings.level_on(code, day) is None]
    if unrated:
        raise Rejected(
            "baseline_incomplete",
            f"unit {unit} needs a rating of all {len(wanted)} baseline indicators by {day}; "
            f"missing are {listed(unrated)}",
        )


def _require_sustained(unit: str, ratings: AssessmentState, day: date) -> None:
    codes = [code for code in ratings.ratings if code.startswith("D3.")]
    levels = [level for code in codes if (level := ratings.level_on(code, day)) is not None]
    if not levels or median(levels) < SUSTAINED_LEVEL:
        raise Rejected(
            "not_sustained",
            f"unit {unit} needs a median of its D3 indicators of at least {SUSTAINED_LEVEL} on "
            f"{day}; it is {median(levels) if levels else 'not rated'}",
        )
    use = ratings.level_on("D5.3", day)
    if use is None or use < SUSTAINED_LEVEL:
        raise Rejected(
            "not_sustained",
            f"unit {unit} needs D5.3 at {SUSTAINED_LEVEL} or more on {day}; it is "
            f"{'not rated' if use is None else use}",
        )


def _require_advance(command: EnterStage, world: World) -> None:
    if command.review is None:
        return
    state = review.require_opened(world, command.review)
    if Verdict("advance", command.unit, command.to_stage) not in state.verdicts:
        raise Rejected(
            "review_did_not_advance",
            f"review {command.review} recorded no decision to advance {command.unit} to "
            f"{command.to_stage}; record it, or leave the review out",
        )


def _require_revertible(
    command: RevertStage, circumstances: Circumstances, state: UnitState, world: World
) -> None:
    if command.to_stage >= state.stage:
        raise Rejected(
            "stage_not_earlier",
            f"unit {command.unit} is in {state.stage}; {command.to_stage} is not earlier",
        )
    _require_later(state, effective_on(circumstances))
    decided = world.get(ReviewState, command.review).verdicts
    if Verdict("revert", command.unit, command.to_stage) not in decided:
        raise Rejected(
            "revert_without_decision",
            f"review {command.review} recorded no decision to revert {command.unit} to "
            f"{command.to_stage}; only a review may take a unit back",
        )
    require_reason(circumstances, "revert_without_reason", "taking a unit back")
    if not command.evidence:
        raise Rejected(
            "revert_without_evidence",
            f"taking {command.unit} back to {command.to_stage} needs evidence; cite at least one",
        )
    evidence.require_usable(world, command.evidence)


def _require_restartable(
    command: RestartUnit, circumstances: Circumstances, state: UnitState, world: World
) -> None:
    if state.stage < RESTARTABLE_FROM:
        raise Rejected(
            "nothing_to_restart",
            f"unit {command.unit} is in {state.stage}; only from {RESTARTABLE_FROM} on is there "
            "something to begin again, go on from where it is",
        )
    _require_later(state, effective_on(circumstances))
    if command.cause == "merger" and not world.get(DistrictState).endings.came_from(command.unit):
        raise Rejected(
            "restart_without_merger",
            f"no unit was merged or dissolved into {command.unit}; record that first, or give "
            "another cause",
        )
    if command.cause == "other":
        require_reason(
            circumstances, "restart_without_reason", "a restart for another cause than those named"
        )
