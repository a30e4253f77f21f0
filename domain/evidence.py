"""Evidence: what ratings, decisions and completions rest on, checked by a second person."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from pydantic import Field

from domain.deciding import doers, effective_on, fact, one, require_reason, require_unused
from domain.errors import Rejected
from domain.facts.evidence import (
    DisputeOutcome,
    EvidenceDisputed,
    EvidenceDisputeSettled,
    EvidenceRetracted,
    EvidenceSubmitted,
    EvidenceVerified,
)
from domain.facts.fields import DigestText, Note, Slug, Title
from domain.message import Circumstances, Command, Decision, Happened
from domain.unit import UnitState, concerned, require_running
from domain.world import State, World

PUBLIC_MINIMUM = 16
"""Fewest respondents of a piece of evidence that is marked public, so that nobody is recognised."""


class SubmitEvidence(Command):
    """Put a document or an observation on record by its digest."""

    evidence: Slug = Field(description="New id of the evidence")
    title: Title = Field(description="Short title without personal data")
    kind: Slug = Field(description="What it is, such as survey, calendar-sample or case-file-check")
    digest: DigestText = Field(description="Digest of the document, sha256:<hex>")
    location: str = Field(min_length=1, max_length=500, description="Where the document is kept")
    collected_from: date = Field(description="First day on which it was collected")
    collected_to: date = Field(description="Last day on which it was collected")
    source_key: Slug = Field(
        description="Tells sources apart for triangulation: the same source, the same key"
    )
    units: tuple[Slug, ...] = Field(default=(), description="Codes of the units it is about")
    respondents: int | None = Field(default=None, ge=1, description="How many people answered")
    population: int | None = Field(default=None, ge=1, description="How many people were asked")
    independent: bool = Field(
        default=False, description="Whether it comes from outside the units it is about"
    )


class VerifyEvidence(Command):
    """Confirm, as a person other than the submitter, that the evidence is what it says."""

    evidence: Slug = Field(description="Id of the evidence")
    method: Title = Field(description="How it was checked")


class DisputeEvidence(Command):
    """Say, as a person other than the submitter, that the evidence does not show what it claims."""

    evidence: Slug = Field(description="Id of the evidence")
    finding: Title = Field(description="What is wrong with it, without personal data")
    note: Note | None = Field(default=None, description="More about it")


class SettleEvidenceDispute(Command):
    """Decide a dispute, as neither its author nor the submitter of the evidence."""

    evidence: Slug = Field(description="Id of the evidence")
    outcome: DisputeOutcome = Field(
        description="upheld: it may be relied on no more; dismissed: it may"
    )
    finding: Title = Field(description="What was found, without personal data")
    note: Note | None = Field(default=None, description="More about it")


class RetractEvidence(Command):
    """Withdraw evidence; what relied on it is contested until someone decides again."""

    evidence: Slug = Field(description="Id of the evidence")
    replacement: Slug | None = Field(
        default=None, description="Id of the evidence that takes its place, if any"
    )
    note: Note | None = Field(default=None, description="What was wrong with it")


EvidenceCommand = (
    SubmitEvidence | VerifyEvidence | DisputeEvidence | SettleEvidenceDispute | RetractEvidence
)
COMMANDS: tuple[type[Command], ...] = (
    SubmitEvidence,
    VerifyEvidence,
    DisputeEvidence,
    SettleEvidenceDispute,
    RetractEvidence,
)


@dataclass(frozen=True, slots=True)
class EvidenceState(State):
    """One piece of evidence, as far as others rely on it.

    `disputed_by` is whose dispute is not settled yet; `doubted` says that one was upheld.
    """

    category: ClassVar[str] = "evidence"

    submitter: str | None = None
    source_key: str | None = None
    units: tuple[str, ...] = ()
    respondents: int | None = None
    independent: bool = False
    verified_by: frozenset[str] = frozenset()
    disputed_by: str | None = None
    doubted: bool = False
    retracted: bool = False

    @property
    def reliable(self) -> bool:
        """Whether it may be relied on: on record, not retracted, no dispute upheld."""
        return self.submitted and not self.retracted and not self.doubted

    @property
    def submitted(self) -> bool:
        """Whether the evidence is on record."""
        return self.submitter is not None


initial = EvidenceState()


def evolve(state: EvidenceState, happened: Happened) -> EvidenceState:
    """Return the state after one more fact about the evidence."""
    match happened.event:
        case EvidenceSubmitted() as submitted:
            return replace(
                state,
                submitter=happened.actor,
                source_key=submitted.source_key,
                units=submitted.units,
                respondents=submitted.respondents,
                independent=submitted.independent,
            )
        case EvidenceVerified():
            return replace(state, verified_by=state.verified_by | {happened.actor})
        case EvidenceDisputed():
            return replace(state, disputed_by=happened.actor)
        case EvidenceDisputeSettled(outcome=outcome):
            return replace(state, disputed_by=None, doubted=outcome == "upheld")
        case EvidenceRetracted():
            return replace(state, retracted=True)
        case _:
            return state


def require_submitted(world: World, evidence: str) -> EvidenceState:
    """Return evidence that is on record, retracted or not."""
    state = world.get(EvidenceState, evidence)
    if not state.submitted:
        raise Rejected(
            "unknown_evidence", f"there is no evidence {evidence!r}; submit it, or check the id"
        )
    return state


def require_usable(world: World, cited: Iterable[str]) -> tuple[EvidenceState, ...]:
    """Return the cited evidence, each piece once; refuse what is unknown or not reliable."""
    states = []
    for evidence in dict.fromkeys(cited):
        state = require_submitted(world, evidence)
        if state.retracted:
            raise Rejected(
                "retracted_evidence",
                f"the evidence {evidence!r} was retracted; cite what replaces it, or leave it out",
            )
        _require_not_doubted(evidence, state)
        states.append(state)
    return tuple(states)


def _require_not_doubted(evidence: str, state: EvidenceState) -> None:
    if state.doubted:
        raise Rejected(
            "dispute_upheld",
            f"a dispute of the evidence {evidence!r} was upheld, and it may be relied on no more; "
            "leave it out, or submit better evidence",
        )


def streams(cited: Iterable[str]) -> tuple[str, ...]:
    """Return the streams of the cited evidence."""
    return tuple(EvidenceState.stream(evidence) for evidence in cited)


def needs(command: EvidenceCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = EvidenceState.stream(command.evidence)
    match command:
        case SubmitEvidence(units=units):
            return (target, *(UnitState.stream(unit) for unit in units))
        case RetractEvidence(replacement=str() as replacement):
            return (target, EvidenceState.stream(replacement))
        case _:
            return (target,)


def decide(
    command: EvidenceCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about evidence. Raises Rejected."""
    stream = EvidenceState.stream(command.evidence)
    if isinstance(command, SubmitEvidence):
        _require_submittable(command, circumstances, world)
        return one(stream, fact(EvidenceSubmitted, command), new=True)
    state = require_submitted(world, command.evidence)
    units = concerned(world, state.units)
    match command:
        case VerifyEvidence():
            _require_verifiable(command, circumstances, state)
            return one(stream, fact(EvidenceVerified, command), units)
        case DisputeEvidence():
            _require_disputable(command, circumstances, state)
            return one(stream, fact(EvidenceDisputed, command), units)
        case SettleEvidenceDispute():
            _require_settleable(command, circumstances, state)
            return one(stream, fact(EvidenceDisputeSettled, command), units)
        case RetractEvidence():
            _require_retractable(command, circumstances, state, world)
            return one(stream, fact(EvidenceRetracted, command), units)


def _require_submittable(
    command: SubmitEvidence, circumstances: Circumstances, world: World
) -> None:
    name = f"evidence {command.evidence}"
    require_unused(world.get(EvidenceState, command.evidence), name)
    for unit in command.units:
        require_running(world, unit, effective_on(circumstances))
    if command.collected_to < command.collected_from:
        raise Rejected(
            "collected_backwards",
            f"{name} was collected from {command.collected_from} to {command.collected_to}: "
            "swap the days",
        )
    if command.collected_to > circumstances.today:
        raise Rejected(
            "collected_in_future",
            f"{name} would be collected until {command.collected_to}, but today is "
            f"{circumstances.today}; submit it when it is there",
        )
    asked, answered = command.population, command.respondents
    if asked is not None and answered is not None and answered > asked:
        raise Rejected(
            "more_respondents_than_asked",
            f"{name}: {answered} people answered of {asked} asked; correct one of the numbers",
        )
    if circumstances.classification == "public" and (answered or PUBLIC_MINIMUM) < PUBLIC_MINIMUM:
        raise Rejected(
            "public_below_minimum",
            f"{name} has {answered} respondents; with fewer than {PUBLIC_MINIMUM} it may not be "
            "public, classify it as internal",
        )


def _require_verifiable(
    command: VerifyEvidence, circumstances: Circumstances, state: EvidenceState
) -> None:
    if state.retracted:
        raise Rejected(
            "retracted_evidence",
            f"the evidence {command.evidence!r} was retracted; do not verify it",
        )
    _require_not_doubted(command.evidence, state)
    if state.submitter in doers(circumstances):
        raise Rejected(
            "verifier_is_submitter",
            f"{state.submitter!r} submitted the evidence {command.evidence!r}; somebody else must "
            "verify it",
        )
    if circumstances.actor in state.verified_by:
        raise Rejected(
            "already_verified",
            f"{circumstances.actor!r} verified the evidence {command.evidence!r} before; once is "
            "enough",
        )


def _require_disputable(
    command: DisputeEvidence, circumstances: Circumstances, state: EvidenceState
) -> None:
    if state.retracted:
        raise Rejected(
            "retracted_evidence",
            f"the evidence {command.evidence!r} was retracted; there is nothing left to dispute",
        )
    _require_not_doubted(command.evidence, state)
    if state.submitter in doers(circumstances):
        raise Rejected(
            "disputer_is_submitter",
            f"{state.submitter!r} submitted the evidence {command.evidence!r}; who doubts their "
            "own evidence retracts it",
        )
    if state.disputed_by is not None:
        raise Rejected(
            "already_disputed",
            f"{state.disputed_by!r} disputes the evidence {command.evidence!r} already; settle "
            "that dispute first",
        )


def _require_settleable(
    command: SettleEvidenceDispute, circumstances: Circumstances, state: EvidenceState
) -> None:
    if state.retracted:
        raise Rejected(
            "retracted_evidence",
            f"the evidence {command.evidence!r} was retracted, which ended the dispute",
        )
    if state.disputed_by is None:
        raise Rejected(
            "not_disputed",
            f"nobody disputes the evidence {command.evidence!r}; there is nothing to settle",
        )
    parties = doers(circumstances) & {state.disputed_by, state.submitter}
    if parties:
        raise Rejected(
            "settler_is_party",
            f"{min(parties)!r} submitted or disputed the evidence {command.evidence!r}; somebody "
            "else must settle the dispute",
        )


def _require_retractable(
    command: RetractEvidence, circumstances: Circumstances, state: EvidenceState, world: World
) -> None:
    if state.retracted:
        raise Rejected(
            "already_retracted", f"the evidence {command.evidence!r} is retracted already"
        )
    require_reason(circumstances, "retraction_without_reason", "retracting evidence")
    if command.replacement is None:
        return
    if command.replacement == command.evidence:
        raise Rejected(
            "own_replacement", f"the evidence {command.evidence!r} cannot take its own place"
        )
    replacement = world.get(EvidenceState, command.replacement)
    if not replacement.submitted:
        raise Rejected(
            "unknown_replacement",
            f"the replacement {command.replacement!r} is not on record; submit it first",
        )
    if replacement.retracted:
        raise Rejected(
            "retracted_replacement",
            f"the replacement {command.replacement!r} was retracted itself; name another, or none",
        )
    if replacement.doubted:
        raise Rejected(
            "doubted_replacement",
            f"a dispute of the replacement {command.replacement!r} was upheld; name another, or "
            "none",
        )
