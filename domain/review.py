"""A review: why it opened, that it was held, what it decided, that it closed."""

from datetime import date

from pydantic import Field

from domain import actor, evidence, ids
from domain.actor import APPROVING_ROLES, ActorState
from domain.deciding import fact, one, require_reason, require_unused
from domain.district import DistrictState, ReviewType
from domain.errors import Rejected
from domain.facts.fields import DigestText, Note, Slug, Stage, Subject, Title
from domain.facts.review import (
    DecisionKind,
    DecisionRecorded,
    ReviewClosed,
    ReviewHeld,
    ReviewScheduled,
    ReviewTriggered,
    ReviewTriggerMerged,
    TriggerFact,
)
from domain.message import Circumstances, Command, Decision
from domain.review_state import ReviewState, Verdict, require_going_on, require_opened, unit_of
from domain.unit import UnitState, require_unit
from domain.world import World

__all__ = [
    "COMMANDS",
    "CloseReview",
    "HoldReview",
    "MergeTrigger",
    "RecordDecision",
    "ReviewCommand",
    "ReviewState",
    "ScheduleReview",
    "TriggerReview",
    "decide",
    "needs",
    "require_opened",
]


class _Cause(Command):
    review: Slug = Field(description="Id of the review, derived from policy, subject and cause")
    policy: Slug = Field(description="Name of the policy that asks for it")
    rule: Slug = Field(description="Rule the policy uses")
    rule_digest: DigestText = Field(description="Digest of the rule's query, sha256:<hex>")
    cause_key: str = Field(
        min_length=1,
        max_length=200,
        description="The cause: a period, or the first fact's position",
    )
    as_of_position: int = Field(ge=0, description="Position in the log at which the rule was run")
    as_of_date: date = Field(description="Date for which the rule was run")
    facts: tuple[TriggerFact, ...] = Field(
        default=(), description="What made the rule fire, each with its position in the log"
    )


class _Open(_Cause):
    review_type: ReviewType = Field(description="Type of review, R1 to R8")
    about: Subject = Field(description="What it is about: unit:HR, dimension:2, district:all …")
    title: Title = Field(description="Short title without personal data")
    due_on: date = Field(description="Day by which it is to be held")


class ScheduleReview(_Open):
    """Open a review because the calendar says so."""


class TriggerReview(_Open):
    """Open a review because something changed, or went quiet."""


class MergeTrigger(_Cause):
    """Add a further cause to a review that is not closed."""


class HoldReview(Command):
    """Say that the people met."""

    review: Slug = Field(description="Id of the review")
    present: tuple[Slug, ...] = Field(min_length=1, description="Actor ids of those present")
    minutes_digest: DigestText | None = Field(
        default=None, description="Digest of the minutes, sha256:<hex>"
    )


class RecordDecision(Command):
    """Record one decision of a review that was held."""

    review: Slug = Field(description="Id of the review")
    decision: DecisionKind = Field(description="What kind of decision; none needs a reason")
    title: Title = Field(description="The decision in a short text without personal data")
    unit: Slug | None = Field(default=None, description="Code of the unit it concerns, if one")
    to_stage: Stage | None = Field(
        default=None, description="Stage to go to, when it decides to advance or revert"
    )
    evidence: tuple[Slug, ...] = Field(default=(), description="Ids of the evidence it rests on")
    insufficient: bool = Field(
        default=False, description="Whether it was decided although evidence was insufficient"
    )
    note: Note | None = Field(default=None, description="More about it, such as dissent")


class CloseReview(Command):
    """Close a review that has decided."""

    review: Slug = Field(description="Id of the review")
    next_on: date | None = Field(default=None, description="When it is looked at again, if known")


OF_STAGES = frozenset({"advance", "revert"})
"""Decisions that move a unit to a stage; of one unit a review makes one of them at most."""

ReviewCommand = (
    ScheduleReview | TriggerReview | MergeTrigger | HoldReview | RecordDecision | CloseReview
)
COMMANDS: tuple[type[Command], ...] = (
    ScheduleReview,
    TriggerReview,
    MergeTrigger,
    HoldReview,
    RecordDecision,
    CloseReview,
)


def needs(command: ReviewCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = ReviewState.stream(command.review)
    match command:
        case ScheduleReview(about=about) | TriggerReview(about=about):
            unit = unit_of(about)
            units = () if unit is None else (UnitState.stream(unit),)
            return (target, ids.DISTRICT_STREAM, *units)
        case MergeTrigger():
            return (target, ids.DISTRICT_STREAM)
        case HoldReview(present=present):
            return (target, ids.DISTRICT_STREAM, *(ActorState.stream(each) for each in present))
        case RecordDecision(unit=unit, evidence=cited):
            units = () if unit is None else (UnitState.stream(unit),)
            return (target, *units, *evidence.streams(cited))
        case _:
            return (target,)


def decide(
    command: ReviewCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about a review. Raises Rejected."""
    stream = ReviewState.stream(command.review)
    match command:
        case ScheduleReview():
            _require_openable(command, world)
            return one(stream, fact(ReviewScheduled, command), new=True)
        case TriggerReview():
            _require_openable(command, world)
            _require_facts(command)
            return one(stream, fact(ReviewTriggered, command), new=True)
        case _:
            return _decide_opened(command, circumstances, world)


def _decide_opened(
    command: MergeTrigger | HoldReview | RecordDecision | CloseReview,
    circumstances: Circumstances,
    world: World,
) -> tuple[Decision, ...]:
    stream = ReviewState.stream(command.review)
    state = require_going_on(world, command.review)
    match command:
        case MergeTrigger():
            _require_mergeable(command, state, world)
            return one(stream, fact(ReviewTriggerMerged, command), state.subjects())
        case HoldReview():
            _require_holdable(command, state, world)
            return one(stream, fact(ReviewHeld, command), state.subjects())
        case RecordDecision():
            _require_decidable(command, circumstances, state, world)
            return one(stream, fact(DecisionRecorded, command), _decision_subjects(command, state))
        case CloseReview():
            if state.phase != "decided":
                raise Rejected(
                    "closed_without_decision",
                    f"review {command.review} has decided nothing; record a decision first, of the "
                    "kind none with a reason if there is none",
                )
            _require_owned(command, circumstances, world)
            return one(stream, fact(ReviewClosed, command), state.subjects())


def _decision_subjects(command: RecordDecision, state: ReviewState) -> tuple[str, ...]:
    unit = () if command.unit is None else (ids.subject("unit", command.unit),)
    cited = (ids.subject("evidence", each) for each in command.evidence)
    return (*state.subjects(), *unit, *cited)


def _require_policy_not_ended(policy: str, world: World) -> None:
    if world.get(DistrictState).policies.get(policy, True) is False:
        raise Rejected("policy_ended", f"policy {policy} was ended and opens no review any more")


def _require_openable(command: ScheduleReview | TriggerReview, world: World) -> None:
    state = world.get(ReviewState, command.review)
    if state.phase is not None:
        raise Rejected(
            "review_already_opened",
            f"review {command.review} was opened before, for the same cause; nothing to do",
        )
    require_unused(state, f"review {command.review}")
    unit = unit_of(command.about)
    if unit is not None:
        require_unit(world, unit)
    _require_policy_not_ended(command.policy, world)


def _require_facts(command: TriggerReview | MergeTrigger) -> None:
    if not command.facts:
        raise Rejected(
            "trigger_without_facts",
            f"the trigger by {command.policy} names no facts; give those that made the rule fire",
        )


def _require_mergeable(command: MergeTrigger, state: ReviewState, world: World) -> None:
    _require_policy_not_ended(command.policy, world)
    if (command.policy, command.cause_key) in state.causes:
        raise Rejected(
            "cause_already_merged",
            f"review {command.review} has the cause {command.cause_key} of {command.policy}; "
            "nothing to do",
        )


def _require_holdable(command: HoldReview, state: ReviewState, world: World) -> None:
    if state.phase != "open":
        raise Rejected(
            "review_already_held",
            f"review {command.review} was held already; record what it decided, or correct that "
            "fact by the id of its event",
        )
    if state.packet is None:
        raise Rejected(
            "packet_not_frozen",
            f"review {command.review} has no frozen packet, so nobody can tell later what was "
            f"known; run `cot review freeze {command.review}`, or let the review-cycle flow do it",
        )
    stewards = 0
    district = world.get(DistrictState)
    for each in command.present:
        person = actor.require_active(world, each, "the participant")
        in_team = each == district.chair or each in district.members
        stewards += in_team or person.role in APPROVING_ROLES
    if stewards < district.cycle.quorum:
        raise Rejected(
            "review_without_quorum",
            f"review {command.review} needs {district.cycle.quorum} of the stewardship team, the "
            f"chairs and the stewards, and {stewards} were present; name them, or hold it again "
            "with them",
        )


def _require_owned(command: CloseReview, circumstances: Circumstances, world: World) -> None:
    for action, owner in circumstances.owed:
        if world.get(ActorState, owner).retired:
            raise Rejected(
                "closed_with_unowned_action",
                f"review {command.review} cannot close: action item {action} is open and its owner "
                f"{owner!r} is retired; complete it, or drop it and open it for someone who acts",
            )


def _require_decidable(
    command: RecordDecision, circumstances: Circumstances, state: ReviewState, world: World
) -> None:
    name = f"the decision of review {command.review}"
    if state.phase == "open":
        raise Rejected(
            "review_not_held",
            f"review {command.review} was not held yet; record that it was, first",
        )
    if command.unit is not None:
        require_unit(world, command.unit)
    if command.decision in OF_STAGES and (
        command.to_stage is None or (command.unit or unit_of(state.about)) is None
    ):
        raise Rejected(
            "decision_without_stage",
            f"{name} to {command.decision} must name the unit and the stage it goes to",
        )
    if command.decision == "none":
        require_reason(circumstances, "no_decision_without_reason", name)
    if not command.evidence and not command.insufficient:
        raise Rejected(
            "decision_without_evidence",
            f"{name} cites no evidence; cite some, or mark it as insufficient",
        )
    _require_undecided(command, state)
    evidence.require_usable(world, command.evidence)


def _require_undecided(command: RecordDecision, state: ReviewState) -> None:
    """Refuse what the review decided already, and what cannot stand beside that."""
    wanted = Verdict(
        command.decision, command.unit or unit_of(state.about), command.to_stage, command.title
    )
    mend = "; if that was wrong, correct it by the id of its event"
    for verdict in state.verdicts:
        if verdict == wanted and verdict.title == wanted.title:
            raise Rejected(
                "already_decided",
                f"review {command.review} has decided {command.title!r} already{mend}",
            )
        if {verdict.kind, wanted.kind} <= OF_STAGES and verdict.unit == wanted.unit:
            raise Rejected(
                "stage_decided_twice",
                f"review {command.review} has decided already that {verdict.unit} goes to "
                f"{verdict.to_stage}{mend}",
            )
        if "none" in {verdict.kind, wanted.kind}:
            raise Rejected(
                "decided_and_not",
                f"review {command.review} has {verdict.title!r} ({verdict.kind}) on record, beside "
                f"which {wanted.kind} cannot stand{mend}",
            )
