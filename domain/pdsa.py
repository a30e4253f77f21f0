"""Tests of change: planned with a prediction, run, studied against it, and decided.

The prediction is what makes a trial a test. It is written down before the run and never changed
afterwards, not by a correction either.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain import evidence, ids
from domain.deciding import fact, one, require_unused
from domain.errors import Rejected
from domain.facts.fields import DecimalText, Slug, Title
from domain.facts.pdsa import (
    AsPlanned,
    Match,
    NextStep,
    TestDecided,
    TestPlanned,
    TestRun,
    TestStudied,
)
from domain.facts.theory import THEORY, AssumptionId
from domain.measurement import MeasureState, require_measure
from domain.message import Circumstances, Command, Decision, DomainEvent, Happened
from domain.occurrence import bracket_of
from domain.theory import TheoryState, require_held
from domain.unit import UnitState, require_unit
from domain.world import State, World

Phase = Literal["planned", "run", "studied", "decided"]
"""Where a test is, in this order."""

_ORDER: tuple[Phase, ...] = ("planned", "run", "studied", "decided")


class PlanTest(Command):
    """Plan a test of change, and predict what will come of it."""

    test: Slug = Field(description="New id of the test")
    unit: Slug = Field(description="Code of the unit that tests")
    question: Title = Field(description="What the test is to find out, in a short text")
    prediction: Title | None = Field(
        default=None, description="What is expected, in a short text; required"
    )
    predicted_value: DecimalText | None = Field(
        default=None, description="The value expected, in the unit of the measure"
    )
    measure: Slug | None = Field(
        default=None, description="Name of the measure by which it will be seen, if any"
    )
    who: Slug = Field(description="Code of who carries it out, such as six-principals")
    when: Slug = Field(description="Code of the occasion, such as mid-hire-check-in")
    where: Slug = Field(description="Code of the place, such as network-a")
    data_plan: Title = Field(description="How what happens will be seen, in a short text")
    assumption: AssumptionId | None = Field(
        default=None, description="Number of the assumption it tests, such as A2, if any"
    )
    due_on: date = Field(description="Day by which it is to be studied")


class RunTest(Command):
    """Say that a test was run, on the day it happened on."""

    test: Slug = Field(description="Id of the test")
    as_planned: AsPlanned = Field(description="Whether it was carried out as planned")


class StudyTest(Command):
    """Compare what happened with what was predicted."""

    test: Slug = Field(description="Id of the test")
    outcome: Title = Field(description="What happened, in a short text without personal data")
    matched: Match = Field(description="Whether the prediction was met")
    evidence: tuple[Slug, ...] = Field(
        default=(), description="Ids of the evidence that shows it; at least one"
    )


class DecideTest(Command):
    """Adopt, adapt or abandon what was tested."""

    test: Slug = Field(description="Id of the test")
    decision: NextStep = Field(description="What becomes of the change")
    next_test: Slug | None = Field(
        default=None, description="Id of the test that follows, planned or yet to be, if any"
    )


TestCommand = PlanTest | RunTest | StudyTest | DecideTest
COMMANDS: tuple[type[Command], ...] = (PlanTest, RunTest, StudyTest, DecideTest)


@dataclass(frozen=True, slots=True)
class TestState(State):
    """One test of change: its phase, and the first day that its last step may have been on."""

    category: ClassVar[str] = "test"

    phase: Phase | None = None
    unit: str | None = None
    assumption: str | None = None
    last_step_on: date | None = None

    def subjects(self) -> tuple[str, ...]:
        """Return what later facts about the test concern too: its unit and its assumption."""
        units = () if self.unit is None else (ids.subject("unit", self.unit),)
        named = () if self.assumption is None else (ids.subject("assumption", self.assumption),)
        return (*units, *named)


initial = TestState()


def evolve(state: TestState, happened: Happened) -> TestState:
    """Return the state after one more fact about the test."""
    phase = phase_after(happened.event)
    if phase is None:
        return state
    if isinstance(happened.event, TestPlanned):
        planned = happened.event
        state = replace(state, unit=planned.unit, assumption=planned.assumption)
    return replace(state, phase=phase, last_step_on=happened.occurred_on)


def phase_after(event: DomainEvent) -> Phase | None:
    """Return the phase that a fact brings a test to, or None when it is no step of a test."""
    match event:
        case TestPlanned():
            return "planned"
        case TestRun():
            return "run"
        case TestStudied():
            return "studied"
        case TestDecided():
            return "decided"
        case _:
            return None


def needs(command: TestCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = TestState.stream(command.test)
    match command:
        case PlanTest(unit=unit, measure=measure, assumption=assumption):
            measures = () if measure is None else (MeasureState.stream(measure),)
            theories = () if assumption is None else (TheoryState.stream(THEORY),)
            return (target, UnitState.stream(unit), *measures, *theories)
        case StudyTest(evidence=cited):
            return (target, *evidence.streams(cited))
        case RunTest() | DecideTest():
            return (target,)


def decide(
    command: TestCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about a test of change. Raises Rejected."""
    stream = TestState.stream(command.test)
    state = world.get(TestState, command.test)
    match command:
        case PlanTest():
            _require_plannable(command, circumstances, state, world)
            return one(stream, fact(TestPlanned, command), new=True)
        case RunTest():
            _require_step(command.test, state, "planned", "run")
            _require_not_before(command.test, circumstances, state, "run_before_prediction")
            return one(stream, fact(TestRun, command), state.subjects())
        case StudyTest():
            _require_step(command.test, state, "run", "studied")
            _require_not_before(command.test, circumstances, state, "studied_before_run")
            _require_shown(command, world)
            return one(stream, fact(TestStudied, command), state.subjects())
        case DecideTest():
            _require_step(command.test, state, "studied", "decided")
            _require_not_before(command.test, circumstances, state, "decided_before_studied")
            _require_another_next(command)
            return one(stream, fact(TestDecided, command), state.subjects())


def _require_plannable(
    command: PlanTest, circumstances: Circumstances, state: TestState, world: World
) -> None:
    name = f"test {command.test}"
    require_unused(state, name)
    require_unit(world, command.unit)
    _require_prediction(command, circumstances, world)
    if command.assumption is not None:
        require_held(world, command.assumption)
    if command.due_on < circumstances.occurred_on:
        raise Rejected(
            "due_before_planned",
            f"{name} would be due on {command.due_on}, before it is planned on "
            f"{circumstances.occurred_on}; give a later date",
        )


def _require_prediction(command: PlanTest, circumstances: Circumstances, world: World) -> None:
    name = f"test {command.test}"
    if command.prediction is None:
        raise Rejected(
            "plan_without_prediction",
            f"{name} predicts nothing; say what is expected, or there is nothing to compare with",
        )
    if command.measure is not None:
        require_measure(world, command.measure)
    elif command.predicted_value is not None:
        raise Rejected(
            "predicted_value_without_measure",
            f"{name} predicts {command.predicted_value} of no measure; name the measure",
        )
    corrected = circumstances.corrected
    if not isinstance(corrected, TestPlanned):
        return
    # Whether the test was run since is not known here, so a prediction is never put right.
    for part in ("prediction", "predicted_value", "measure"):
        if getattr(command, part) != getattr(corrected, part):
            raise Rejected(
                "correction_of_prediction",
                f"a correction of the plan of {name} keeps its {part} "
                f"{getattr(corrected, part)!r}; take the plan back before the run, or plan another "
                "test",
            )


def _require_step(test: str, state: TestState, after: Phase, wish: Phase) -> None:
    if state.phase is None:
        raise Rejected("unknown_test", f"there is no test {test!r}; plan it, or check the id")
    if state.phase == after:
        return
    if _ORDER.index(state.phase) >= _ORDER.index(wish):
        raise Rejected(
            f"test_already_{wish}", f"test {test} was {wish} before; a new try is a new test"
        )
    raise Rejected(
        f"{wish}_before_{after}",
        f"test {test} is {state.phase} and cannot be {wish}; record first that it was {after}",
    )


def _require_not_before(
    test: str, circumstances: Circumstances, state: TestState, rule: str
) -> None:
    day = bracket_of(circumstances.occurred_on, circumstances.precision).last
    if state.last_step_on is not None and day < state.last_step_on:
        raise Rejected(
            rule,
            f"test {test} was {state.phase} on {state.last_step_on}; what follows cannot be of "
            f"{day}, check the day",
        )


def _require_shown(command: StudyTest, world: World) -> None:
    if not command.evidence:
        raise Rejected(
            "studied_without_evidence",
            f"test {command.test} cannot be studied without evidence; submit what was seen and "
            "cite it",
        )
    evidence.require_usable(world, command.evidence)


def _require_another_next(command: DecideTest) -> None:
    if command.next_test == command.test:
        raise Rejected(
            "own_next_test",
            f"test {command.test} cannot follow itself; choose another id for the next test",
        )
