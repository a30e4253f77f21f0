"""What becomes of an open review: its packet, lateness, ways to end early; and what it achieved."""

from datetime import date, timedelta

from pydantic import Field

from domain import evidence, ids
from domain.actor import ActorState
from domain.deciding import doers, fact, one, require_reason
from domain.district import DistrictState
from domain.errors import Rejected
from domain.facts.fields import DigestText, Note, Slug
from domain.facts.review_course import (
    CancelGround,
    EffectCheckDue,
    EffectVerdict,
    EscalationOccasion,
    Level,
    PacketInput,
    ReminderOccasion,
    ReviewCancelled,
    ReviewEffectChecked,
    ReviewEscalated,
    ReviewLapsed,
    ReviewMerged,
    ReviewPacketFrozen,
    ReviewPostponed,
    ReviewReminderSent,
)
from domain.message import Circumstances, Command, Decision, Proposed
from domain.review_state import ReviewState, require_going_on, require_opened
from domain.world import World


class FreezeReviewPacket(Command):
    """Fix what the people will look at; `cot review freeze` computes it from the log."""

    review: Slug = Field(description="Id of the review")
    digest: DigestText = Field(description="Digest of the packet's content, sha256:<hex>")
    as_known_position: int = Field(ge=0, description="Position up to which facts are in it")
    as_effective_on: date = Field(description="Day for which it was made")
    inputs: tuple[PacketInput, ...] = Field(
        min_length=1, description="What it was made from, a few words each"
    )


class PostponeReview(Command):
    """Let a review be due later; needs the chair and a reason."""

    review: Slug = Field(description="Id of the review")
    due_on: date = Field(description="New day by which it is to be held")


class MergeReview(Command):
    """Let another review look at this one's causes too, instead of holding it."""

    review: Slug = Field(description="Id of the review that is not held by itself")
    into: Slug = Field(description="Id of the review that is held instead")


class CancelReview(Command):
    """End a review whose subject ended or whose trigger was void; names evidence or a reason."""

    review: Slug = Field(description="Id of the review")
    ground: CancelGround = Field(description="Why it is not needed any more")
    evidence: tuple[Slug, ...] = Field(default=(), description="Ids of the evidence that shows it")


class LapseReview(Command):
    """Say that a review was not held in time; the scheduler does."""

    review: Slug = Field(description="Id of the review")
    due_on: date = Field(description="Day by which it was to be held")
    after_working_days: int = Field(ge=0, description="Working days after that day")
    calendar_version: str = Field(
        min_length=1, max_length=80, description="School calendar by which they were counted"
    )


class RemindOfReview(Command):
    """Remind someone of what a review still lacks; the scheduler does."""

    review: Slug = Field(description="Id of the review")
    occasion: ReminderOccasion = Field(description="What it lacks")
    level: Level = Field(description="Who is reminded")
    due_on: date = Field(description="Day by which it is due")


class EscalateReview(Command):
    """Put a review that was not held in time before someone; the scheduler does."""

    review: Slug = Field(description="Id of the review")
    occasion: EscalationOccasion = Field(description="What happened")
    level: Level = Field(description="Who is told")
    due_on: date = Field(description="Day by which it was to be held")
    after_working_days: int = Field(ge=0, description="Working days after that day")


class OpenEffectCheck(Command):
    """Ask whether the decisions of a closed review worked; the scheduler does."""

    review: Slug = Field(description="Id of the review")
    due_on: date = Field(description="Day by which it is to be said")


class CheckReviewEffect(Command):
    """Say whether the decisions of a closed review worked."""

    review: Slug = Field(description="Id of the review")
    verdict: EffectVerdict = Field(description="Whether it worked; too_early asks again later")
    evidence: tuple[Slug, ...] = Field(default=(), description="Ids of the evidence that shows it")
    insufficient: bool = Field(
        default=False, description="Whether it is said although evidence was insufficient"
    )
    note: Note | None = Field(default=None, description="More about it")


CourseCommand = (
    FreezeReviewPacket
    | PostponeReview
    | MergeReview
    | CancelReview
    | LapseReview
    | RemindOfReview
    | EscalateReview
    | OpenEffectCheck
    | CheckReviewEffect
)
COMMANDS: tuple[type[Command], ...] = (
    FreezeReviewPacket,
    PostponeReview,
    MergeReview,
    CancelReview,
    LapseReview,
    RemindOfReview,
    EscalateReview,
    OpenEffectCheck,
    CheckReviewEffect,
)
_ONLY_BY_SCHEDULER = (LapseReview, RemindOfReview, EscalateReview, OpenEffectCheck)
BY_SCHEDULER = (FreezeReviewPacket, *_ONLY_BY_SCHEDULER)
"""What the scheduler records under the day on which it was due, however late that is."""


def needs(command: CourseCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = ReviewState.stream(command.review)
    match command:
        case MergeReview(into=into):
            return (target, ReviewState.stream(into))
        case CancelReview(evidence=cited) | CheckReviewEffect(evidence=cited):
            return (target, ids.DISTRICT_STREAM, *evidence.streams(cited))
        case _:
            return (target, ids.DISTRICT_STREAM)


def decide(
    command: CourseCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about the course of a review. Raises Rejected."""
    if isinstance(command, _ONLY_BY_SCHEDULER):
        _require_scheduler(command, circumstances, world)
    match command:
        case OpenEffectCheck() | CheckReviewEffect():
            return _decide_effect(command, circumstances, world)
        case RemindOfReview(occasion="effect_check"):
            state = _require_closed(command.review, world)
            stream = ReviewState.stream(command.review)
            return one(stream, fact(ReviewReminderSent, command), state.subjects())
        case _:
            return _decide_unheld(command, circumstances, world)


def _decide_unheld(
    command: FreezeReviewPacket
    | PostponeReview
    | MergeReview
    | CancelReview
    | LapseReview
    | RemindOfReview
    | EscalateReview,
    circumstances: Circumstances,
    world: World,
) -> tuple[Decision, ...]:
    stream = ReviewState.stream(command.review)
    state = _require_unheld(command.review, world)
    match command:
        case FreezeReviewPacket():
            _require_no_packet(command, state)
            return one(stream, fact(ReviewPacketFrozen, command), state.subjects())
        case PostponeReview():
            _require_postponable(command, circumstances, state, world)
            return one(stream, fact(ReviewPostponed, command), state.subjects())
        case MergeReview():
            into = _require_other(command, world)
            return one(stream, fact(ReviewMerged, command), (*state.subjects(), *into.subjects()))
        case CancelReview():
            _require_ground(command, circumstances, world)
            cited = (ids.subject("evidence", each) for each in command.evidence)
            return one(stream, fact(ReviewCancelled, command), (*state.subjects(), *cited))
        case LapseReview():
            _require_late(command, circumstances, state)
            told = fact(ReviewEscalated, command, occasion="lapsed", level="superintendent")
            events = (fact(ReviewLapsed, command), told)
            proposed = tuple(Proposed(event, state.subjects()) for event in events)
            return (Decision(stream, proposed),)
        case RemindOfReview():
            return one(stream, fact(ReviewReminderSent, command), state.subjects())
        case EscalateReview():
            _require_late(command, circumstances, state)
            return one(stream, fact(ReviewEscalated, command), state.subjects())


def _decide_effect(
    command: OpenEffectCheck | CheckReviewEffect, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    stream = ReviewState.stream(command.review)
    state = _require_closed(command.review, world)
    begins = _effect_begins(state, world)
    if circumstances.occurred_on < begins:
        raise Rejected(
            "effect_before_its_time",
            f"whether review {command.review} worked is asked from {begins} on; say it then",
        )
    if isinstance(command, OpenEffectCheck):
        return one(stream, fact(EffectCheckDue, command), state.subjects())
    if not command.evidence and not command.insufficient:
        raise Rejected(
            "effect_without_evidence",
            f"the effect of review {command.review} cites no evidence; cite some, or mark it as "
            "insufficient",
        )
    evidence.require_usable(world, command.evidence)
    cited = (ids.subject("evidence", each) for each in command.evidence)
    return one(stream, fact(ReviewEffectChecked, command), (*state.subjects(), *cited))


def _effect_begins(state: ReviewState, world: World) -> date:
    if state.effect_since is None:
        raise LookupError("a closed review has the day on which it closed")
    return state.effect_since + timedelta(days=world.get(DistrictState).cycle.effect_from_days)


def _require_scheduler(command: CourseCommand, circumstances: Circumstances, world: World) -> None:
    service = world.get(ActorState, circumstances.actor).kind == "service"
    if circumstances.source != "scheduler" or not service:
        raise Rejected(
            "only_by_scheduler",
            f"{type(command).__name__} is recorded by the scheduler alone; run "
            "`cot review advance` instead",
        )


def _require_unheld(review: str, world: World) -> ReviewState:
    state = require_going_on(world, review)
    if state.phase != "open":
        raise Rejected(
            "review_already_held", f"review {review} was held already; record what it decided"
        )
    return state


def _require_closed(review: str, world: World) -> ReviewState:
    state = require_opened(world, review)
    if state.phase == "checked":
        raise Rejected("effect_already_checked", f"the effect of review {review} was said already")
    if state.phase != "closed":
        raise Rejected(
            "review_not_closed", f"review {review} is not closed, so it has no effect to check yet"
        )
    return state


def _require_no_packet(command: FreezeReviewPacket, state: ReviewState) -> None:
    if state.packet is not None:
        raise Rejected(
            "packet_already_frozen",
            f"the packet of review {command.review} is frozen as {state.packet} and never "
            "changes; what came later is told in the meeting, or the review is postponed",
        )


def _require_postponable(
    command: PostponeReview, circumstances: Circumstances, state: ReviewState, world: World
) -> None:
    district = world.get(DistrictState)
    name = f"postponing review {command.review}"
    if state.postponed >= district.cycle.most_postponements:
        raise Rejected(
            "postponed_too_often",
            f"review {command.review} was postponed {state.postponed} times, which is the most; "
            "hold it, merge it into another, or let it lapse",
        )
    require_reason(circumstances, "postponed_without_reason", name)
    involved = doers(circumstances) | {circumstances.approved_by}
    if district.chair is not None and district.chair not in involved:
        raise Rejected(
            "postponed_without_chair",
            f"{name} is for the chair {district.chair!r}: act on the chair's behalf, or name the "
            "chair in approved_by",
        )
    latest = max(state.due_on or command.due_on, circumstances.occurred_on)
    if command.due_on <= latest:
        raise Rejected(
            "postponed_to_earlier",
            f"{name} to {command.due_on} is no later day; give one after {latest}",
        )


def _require_other(command: MergeReview, world: World) -> ReviewState:
    if command.into == command.review:
        raise Rejected(
            "merged_into_itself",
            f"review {command.review} cannot be merged into itself; name the other one",
        )
    return require_going_on(world, command.into)


def _require_ground(command: CancelReview, circumstances: Circumstances, world: World) -> None:
    if not command.evidence:
        require_reason(
            circumstances,
            "cancelled_without_ground",
            f"cancelling review {command.review} without evidence",
        )
    evidence.require_usable(world, command.evidence)


def _require_late(
    command: LapseReview | EscalateReview, circumstances: Circumstances, state: ReviewState
) -> None:
    if command.due_on != state.due_on or circumstances.occurred_on <= command.due_on:
        raise Rejected(
            "review_not_late",
            f"review {command.review} is due on {state.due_on} and is not late on "
            f"{circumstances.occurred_on}",
        )
