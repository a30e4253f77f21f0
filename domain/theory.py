"""The district's theory of action: adopted, doubted and supported on evidence, revised by reviews.

There is one theory for a district, in versions. An assumption keeps its number through all of them,
so that the evidence linked to it stays findable.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from domain import evidence, review
from domain.deciding import fact, listed, one, require_reason
from domain.errors import Rejected
from domain.facts.correction import FactRetracted
from domain.facts.fields import Note, Slug, Title
from domain.facts.theory import (
    THEORY,
    Assumption,
    AssumptionEvidenceLinked,
    AssumptionId,
    AssumptionStatus,
    AssumptionStatusChanged,
    Direction,
    Sentence,
    TheoryOfActionAdopted,
    TheoryOfActionRevised,
)
from domain.measurement import MeasureState, require_measure
from domain.message import Circumstances, Command, Decision, DomainEvent, Happened
from domain.review import ReviewState
from domain.world import State, World

REVISING_TYPES = frozenset({"R5", "R6"})
"""Reviews that may change the theory: the yearly one, and a special one that a trigger opened."""


class ProposedAssumption(BaseModel):
    """An assumption as someone writes it down; it is refused without a measure."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    assumption: AssumptionId
    text: Sentence
    measure: Slug | None = None


class AdoptTheoryOfAction(Command):
    """Adopt a whole theory of action: the first one, or one that replaces it."""

    version: int = Field(ge=1, description="1 for the first, then the next number")
    statements: tuple[Sentence, ...] = Field(
        min_length=1, description="What follows from what, a sentence each"
    )
    assumptions: tuple[ProposedAssumption, ...] = Field(
        min_length=1, description="Each with its number as assumption (A1 …), text and measure"
    )
    review: Slug | None = Field(
        default=None, description="Id of the review that decided on it; required after version 1"
    )


class ReviseTheoryOfAction(Command):
    """Change a part of the theory, as a review decided."""

    from_version: int = Field(ge=1, description="Version that is revised")
    to_version: int = Field(ge=2, description="The next version")
    statements: tuple[Sentence, ...] = Field(
        default=(), description="All statements anew; as they were if left out"
    )
    changed: tuple[ProposedAssumption, ...] = Field(
        default=(), description="Assumptions reworded or added: assumption (A1 …), text, measure"
    )
    dropped: tuple[AssumptionId, ...] = Field(
        default=(), description="Numbers of the assumptions given up"
    )
    rationale: Title = Field(description="Why, in a short text without personal data")
    note: Note | None = Field(default=None, description="More about why")
    review: Slug = Field(description="Id of the yearly or special review that decided on it")


class LinkAssumptionEvidence(Command):
    """Say that evidence speaks for or against an assumption."""

    assumption: AssumptionId = Field(description="Number of the assumption, such as A3")
    evidence: tuple[Slug, ...] = Field(min_length=1, description="Ids of the evidence")
    direction: Direction = Field(description="Which way it speaks")


class ChangeAssumptionStatus(Command):
    """Say how an assumption stands, on evidence; dropping it needs a reason."""

    assumption: AssumptionId = Field(description="Number of the assumption, such as A3")
    status: AssumptionStatus = Field(description="How it stands now")
    evidence: tuple[Slug, ...] = Field(default=(), description="Ids of the evidence it rests on")
    insufficient: bool = Field(
        default=False, description="Whether it was judged although evidence was insufficient"
    )


TheoryCommand = (
    AdoptTheoryOfAction | ReviseTheoryOfAction | LinkAssumptionEvidence | ChangeAssumptionStatus
)
COMMANDS: tuple[type[Command], ...] = (
    AdoptTheoryOfAction,
    ReviseTheoryOfAction,
    LinkAssumptionEvidence,
    ChangeAssumptionStatus,
)


@dataclass(frozen=True, slots=True)
class AssumptionState:
    """One assumption of the version in force: its words, its status, its evidence by direction."""

    stated: Assumption
    status: AssumptionStatus = "open"
    linked: Mapping[str, Direction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TheoryState(State):
    """The theory in force, its assumptions by number. `newest` is the last fact that counts."""

    category: ClassVar[str] = "theory"

    version: int = 0
    statements: tuple[str, ...] = ()
    assumptions: Mapping[str, AssumptionState] = field(default_factory=dict)
    newest: DomainEvent | None = None


initial = TheoryState()


def evolve(state: TheoryState, happened: Happened) -> TheoryState:
    """Return the state after one more fact about the theory."""
    if not isinstance(happened.event, FactRetracted):
        state = replace(state, newest=happened.event)
    match happened.event:
        case TheoryOfActionAdopted(version=version, statements=statements) as adopted:
            assumptions = {each.assumption: AssumptionState(each) for each in adopted.assumptions}
            return replace(state, version=version, statements=statements, assumptions=assumptions)
        case TheoryOfActionRevised() as revised:
            return _revised(state, revised)
        case AssumptionEvidenceLinked(assumption=number) as link if number in state.assumptions:
            linked = dict.fromkeys(link.evidence, link.direction)
            known = state.assumptions[number]
            return _with(state, number, replace(known, linked={**known.linked, **linked}))
        case AssumptionStatusChanged(assumption=number, status=status) if (
            number in state.assumptions
        ):
            return _with(state, number, replace(state.assumptions[number], status=status))
        case _:
            return state


def _with(state: TheoryState, number: str, assumption: AssumptionState) -> TheoryState:
    return replace(state, assumptions={**state.assumptions, number: assumption})


def _revised(state: TheoryState, revised: TheoryOfActionRevised) -> TheoryState:
    assumptions = dict(state.assumptions)
    for each in revised.changed:
        known = assumptions.get(each.assumption)
        linked = {} if known is None else known.linked
        assumptions[each.assumption] = AssumptionState(each, linked=linked)
    for number in revised.dropped:
        if number in assumptions:
            assumptions[number] = replace(assumptions[number], status="dropped")
    return replace(
        state,
        version=revised.to_version,
        statements=revised.statements or state.statements,
        assumptions=assumptions,
    )


def require_assumption(world: World, number: str) -> AssumptionState:
    """Return an assumption of the version in force. Raises Rejected when it has none of this."""
    state = world.get(TheoryState, THEORY)
    known = state.assumptions.get(number)
    if known is None:
        raise Rejected(
            "unknown_assumption",
            f"the theory of action has no assumption {number}; it has: "
            f"{listed(sorted(state.assumptions))}",
        )
    return known


def require_held(world: World, number: str) -> AssumptionState:
    """Return an assumption that is not dropped."""
    known = require_assumption(world, number)
    if known.status == "dropped":
        raise Rejected(
            "assumption_dropped",
            f"assumption {number} was dropped; only a revision of the theory brings it back",
        )
    return known


def needs(command: TheoryCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = TheoryState.stream(THEORY)
    match command:
        case AdoptTheoryOfAction(assumptions=proposed, review=named):
            reviews = () if named is None else (ReviewState.stream(named),)
            return (target, *reviews, *_measures(proposed))
        case ReviseTheoryOfAction(changed=proposed, review=named):
            return (target, ReviewState.stream(named), *_measures(proposed))
        case LinkAssumptionEvidence() | ChangeAssumptionStatus():
            return (target, *evidence.streams(command.evidence))


def _measures(proposed: Iterable[ProposedAssumption]) -> tuple[str, ...]:
    return tuple(MeasureState.stream(each.measure) for each in proposed if each.measure is not None)


def decide(
    command: TheoryCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about the theory of action. Raises Rejected."""
    stream = TheoryState.stream(THEORY)
    state = world.get(TheoryState, THEORY)
    match command:
        case AdoptTheoryOfAction():
            _require_next(command.version, state)
            _require_adopting_review(command, world)
            stated = _require_stated(command.assumptions, world)
            adopted = fact(TheoryOfActionAdopted, command, assumptions=stated)
            return one(stream, adopted, new=not (state.facts or state.withdrawn))
        case ReviseTheoryOfAction():
            _require_revisable(command, state)
            _require_deciding_review(command.review, world)
            stated = _require_stated(command.changed, world)
            return one(stream, fact(TheoryOfActionRevised, command, changed=stated))
        case LinkAssumptionEvidence():
            _require_linkable(command, world)
            return one(stream, fact(AssumptionEvidenceLinked, command))
        case ChangeAssumptionStatus():
            _require_judged(command, circumstances, world)
            return one(stream, fact(AssumptionStatusChanged, command))


def _require_next(version: int, state: TheoryState) -> None:
    if version != state.version + 1:
        raise Rejected(
            "theory_version_gap",
            f"the next version of the theory of action is {state.version + 1}, not {version}; give "
            "that one",
        )


def _require_adopting_review(command: AdoptTheoryOfAction, world: World) -> None:
    if command.review is not None:
        _require_deciding_review(command.review, world)
    elif command.version > 1:
        raise Rejected(
            "adopted_without_review",
            f"version {command.version} of the theory of action needs the review that decided on "
            "it; name it",
        )


def _require_deciding_review(name: str, world: World) -> None:
    state = review.require_opened(world, name)
    if state.review_type not in REVISING_TYPES:
        raise Rejected(
            "review_of_another_type",
            f"review {name} is of type {state.review_type}; the theory of action changes by one of "
            f"type {' or '.join(sorted(REVISING_TYPES))}",
        )
    if all(verdict.kind == "none" for verdict in state.verdicts):
        raise Rejected(
            "review_not_decided",
            f"review {name} has decided nothing yet; record that it was held and what it decided",
        )


def _require_stated(proposed: Iterable[ProposedAssumption], world: World) -> tuple[Assumption, ...]:
    stated: dict[str, Assumption] = {}
    for each in proposed:
        if each.assumption in stated:
            raise Rejected(
                "assumption_twice", f"assumption {each.assumption} is listed twice; list it once"
            )
        if each.measure is None:
            raise Rejected(
                "assumption_without_measure",
                f"assumption {each.assumption} names no measure; say what would show whether it "
                "holds",
            )
        require_measure(world, each.measure)
        stated[each.assumption] = Assumption(
            assumption=each.assumption, text=each.text, measure=each.measure
        )
    return tuple(stated.values())


def _require_revisable(command: ReviseTheoryOfAction, state: TheoryState) -> None:
    if state.version == 0:
        raise Rejected(
            "theory_not_adopted", "there is no theory of action to revise; adopt one first"
        )
    if command.from_version != state.version:
        raise Rejected(
            "revision_of_another_version",
            f"the theory of action is at version {state.version}, not {command.from_version}; "
            "revise that one",
        )
    _require_next(command.to_version, state)
    if not (command.statements or command.changed or command.dropped):
        raise Rejected(
            "revision_changes_nothing",
            "the revision changes no statement and no assumption; name what changes",
        )
    both = {each.assumption for each in command.changed} & set(command.dropped)
    if both:
        raise Rejected(
            "assumption_twice",
            f"the revision both changes and drops {listed(sorted(both))}; do one of the two",
        )
    for number in command.dropped:
        known = state.assumptions.get(number)
        if known is None or known.status == "dropped":
            raise Rejected(
                "unknown_assumption",
                f"the theory of action holds no assumption {number} that could be dropped; check "
                "the number",
            )


def _require_linkable(command: LinkAssumptionEvidence, world: World) -> None:
    known = require_held(world, command.assumption)
    twice = [each for each in command.evidence if each in known.linked]
    if twice:
        raise Rejected(
            "evidence_already_linked",
            f"{listed(twice)} is linked to assumption {command.assumption} already; if it speaks "
            "the other way, correct that fact",
        )
    evidence.require_usable(world, command.evidence)


def _require_judged(
    command: ChangeAssumptionStatus, circumstances: Circumstances, world: World
) -> None:
    known = require_held(world, command.assumption)
    name = f"assumption {command.assumption}"
    if known.status == command.status:
        raise Rejected("status_unchanged", f"{name} is {command.status} already; nothing to do")
    if not command.evidence and not command.insufficient:
        raise Rejected(
            "status_without_evidence",
            f"{name} would be {command.status} on no evidence; cite some, or mark it as "
            "insufficient",
        )
    evidence.require_usable(world, command.evidence)
    if command.status == "dropped":
        require_reason(circumstances, "dropped_without_reason", f"dropping {name}")
