"""A transformation activity: planned with an owner, or known only from a publication."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain import actor, evidence, ids
from domain.actor import ActorState
from domain.catalogue import shipped_kinds
from domain.deciding import (
    begun_on,
    effective_on,
    fact,
    listed,
    one,
    require_reason,
    require_unused,
)
from domain.district import DistrictState
from domain.errors import InvalidData, Rejected
from domain.facts.activity import (
    ActivityAbandoned,
    ActivityAnnounced,
    ActivityCompleted,
    ActivityPlanned,
    ActivityProgressNoted,
    ActivityReassigned,
    ActivityReported,
    ActivityStarted,
)
from domain.facts.fields import DecimalText, Dimension, Note, Slug, Title
from domain.message import Circumstances, Command, Decision, Happened, Precision
from domain.unit import UnitState, concerned, require_running
from domain.world import State, World

Phase = Literal["planned", "started", "completed", "abandoned", "published"]
"""Where an activity is. A published one is known from a publication and goes no further."""


class PlanActivity(Command):
    """Plan an activity of one or more units, with an owner and a due date."""

    activity: Slug = Field(description="New id of the activity")
    title: Title = Field(description="Short title without personal data")
    units: tuple[Slug, ...] = Field(min_length=1, description="Codes of the units that do it")
    dimension: Dimension = Field(description="Dimension it serves, 1 to 5")
    owner: Slug = Field(description="Actor id of the one person who answers for it")
    starts_on: date = Field(description="Day on which it is to start")
    due_on: date = Field(description="Day by which it is to be done")
    aims: tuple[Slug, ...] = Field(
        default=(), description="Codes of the indicators it is to move, such as D3.1"
    )


class StartActivity(Command):
    """Say that work on a planned activity began."""

    activity: Slug = Field(description="Id of the activity")


class NoteProgress(Command):
    """Say how far an activity is."""

    activity: Slug = Field(description="Id of the activity")
    note: Note | None = Field(default=None, description="What was done")
    schools_percent: int | None = Field(
        default=None, ge=0, le=100, description="Share of schools reached, 0 to 100"
    )


class ReassignActivity(Command):
    """Let another person answer for an activity, or other units do it."""

    activity: Slug = Field(description="Id of the activity")
    owner: Slug = Field(description="Actor id of the one person who answers for it from now on")
    units: tuple[Slug, ...] = Field(
        default=(), description="Codes of all units that do it from now on; left out, as before"
    )


class CompleteActivity(Command):
    """Say that an activity is done, on evidence."""

    activity: Slug = Field(description="Id of the activity")
    evidence: tuple[Slug, ...] = Field(
        default=(), description="Ids of the evidence that shows it; at least one"
    )
    outcome: Note | None = Field(default=None, description="What came of it")


class AbandonActivity(Command):
    """End an activity without its being done; needs a reason."""

    activity: Slug = Field(description="Id of the activity")
    learned: Note | None = Field(default=None, description="What was learned")


class _Publish(Command):
    activity: Slug = Field(description="New id of the activity")
    external_id: str = Field(
        min_length=1, max_length=80, description="Its id in the file it comes from"
    )
    kind: Slug = Field(description="Kind of fact, from the shipped list, such as role_created")
    unit: Slug = Field(description="Code of the unit it concerns")
    dimension: Dimension = Field(description="Dimension it belongs to, 1 to 5")
    title: Title = Field(description="Short title without personal data")
    last_day: date = Field(description="Last day on which it may have happened")
    quantity: DecimalText | None = Field(
        default=None, description="A number it states, signed where it is a change"
    )
    quantity_unit: str | None = Field(
        default=None, max_length=120, description="What the number counts"
    )
    source_url: str | None = Field(default=None, max_length=500, description="Where it was read")
    source_title: str | None = Field(
        default=None, max_length=300, description="Title of the publication"
    )
    known_on: date | None = Field(default=None, description="When it was published")
    known_precision: Precision | None = Field(
        default=None, description="How exactly that date is known"
    )
    summary: Note | None = Field(default=None, description="Summary that may hold personal data")
    published_summary: Note | None = Field(
        default=None, description="Summary from a source that is public"
    )


class ReportActivity(_Publish):
    """Record what a publication says has happened."""


class AnnounceActivity(_Publish):
    """Record what a publication says is planned; it never counts as done."""


ActivityCommand = (
    PlanActivity
    | StartActivity
    | NoteProgress
    | ReassignActivity
    | CompleteActivity
    | AbandonActivity
    | ReportActivity
    | AnnounceActivity
)
COMMANDS: tuple[type[Command], ...] = (
    PlanActivity,
    StartActivity,
    NoteProgress,
    ReassignActivity,
    CompleteActivity,
    AbandonActivity,
    ReportActivity,
    AnnounceActivity,
)


@dataclass(frozen=True, slots=True)
class ActivityState(State):
    """One activity: its phase, none if there is no such activity, and what it concerns."""

    category: ClassVar[str] = "activity"

    phase: Phase | None = None
    units: tuple[str, ...] = ()
    dimension: int | None = None
    owner: str | None = None
    due_on: date | None = None


initial = ActivityState()


def evolve(state: ActivityState, happened: Happened) -> ActivityState:
    """Return the state after one more fact about the activity."""
    match happened.event:
        case ActivityPlanned() as planned:
            return replace(
                state,
                phase="planned",
                units=planned.units,
                dimension=planned.dimension,
                owner=planned.owner,
                due_on=planned.due_on,
            )
        case ActivityReported(unit=unit, dimension=dimension):
            return replace(state, phase="published", units=(unit,), dimension=dimension)
        case ActivityAnnounced(unit=unit, dimension=dimension):
            return replace(state, phase="published", units=(unit,), dimension=dimension)
        case ActivityStarted():
            return replace(state, phase="started")
        case ActivityReassigned(owner=owner, units=units):
            return replace(state, owner=owner, units=units)
        case ActivityCompleted():
            return replace(state, phase="completed")
        case ActivityAbandoned():
            return replace(state, phase="abandoned")
        case _:
            return state


def needs(command: ActivityCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    target = ActivityState.stream(command.activity)
    match command:
        case PlanActivity(units=units, owner=owner):
            return (
                target,
                ids.DISTRICT_STREAM,
                *(UnitState.stream(unit) for unit in units),
                ActorState.stream(owner),
            )
        case ReassignActivity(owner=owner, units=units):
            streams = (UnitState.stream(unit) for unit in units)
            return (target, ActorState.stream(owner), *streams)
        case CompleteActivity(evidence=cited):
            return (target, *evidence.streams(cited))
        case ReportActivity(unit=unit) | AnnounceActivity(unit=unit):
            return (target, UnitState.stream(unit))
        case _:
            return (target,)


def decide(
    command: ActivityCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about an activity. Raises Rejected."""
    stream = ActivityState.stream(command.activity)
    state = world.get(ActivityState, command.activity)
    units = concerned(world, state.units)
    match command:
        case PlanActivity():
            _require_plannable(command, circumstances, state, world)
            return one(stream, fact(ActivityPlanned, command), new=True)
        case StartActivity():
            _require_open(command.activity, state, ("planned",), "started")
            return one(stream, fact(ActivityStarted, command), units)
        case NoteProgress():
            _require_open(command.activity, state, ("planned", "started"), "progress noted")
            _require_progress(command)
            return one(stream, fact(ActivityProgressNoted, command), units)
        case ReassignActivity():
            _require_open(command.activity, state, ("planned", "started"), "reassigned")
            _require_reassignable(command, circumstances, state, world)
            reassigned = fact(ActivityReassigned, command, units=command.units or state.units)
            return one(stream, reassigned, units)
        case CompleteActivity():
            _require_open(command.activity, state, ("planned", "started"), "completed")
            _require_shown(command, world)
            return one(stream, fact(ActivityCompleted, command), units)
        case AbandonActivity():
            _require_open(command.activity, state, ("planned", "started"), "abandoned")
            require_reason(circumstances, "abandoned_without_reason", "abandoning an activity")
            return one(stream, fact(ActivityAbandoned, command), units)
        case ReportActivity():
            _require_publishable(command, circumstances, state, world)
            return one(stream, fact(ActivityReported, command), new=True)
        case AnnounceActivity():
            _require_publishable(command, circumstances, state, world)
            return one(stream, fact(ActivityAnnounced, command), new=True)


def _require_plannable(
    command: PlanActivity, circumstances: Circumstances, state: ActivityState, world: World
) -> None:
    name = f"activity {command.activity}"
    require_unused(state, name)
    for unit in command.units:
        require_running(world, unit, begun_on(circumstances))
    actor.require_active(world, command.owner, "the owner")
    if command.due_on < command.starts_on:
        raise Rejected(
            "due_before_start",
            f"{name} is due on {command.due_on}, before it starts on {command.starts_on}; "
            "correct one of the dates",
        )
    rubric = world.get(DistrictState).rubric_on(effective_on(circumstances))
    known = frozenset() if rubric is None else frozenset(rubric.scopes)
    unknown = [aim for aim in command.aims if aim not in known]
    if unknown:
        version = "no rubric is in force" if rubric is None else f"rubric {rubric.version} lacks it"
        raise Rejected(
            "unknown_indicator",
            f"{name} aims at {listed(unknown)}, but {version}; correct the aims",
        )


def _require_open(
    activity: str, state: ActivityState, allowed: tuple[Phase, ...], wish: str
) -> None:
    if state.phase is None:
        raise Rejected(
            "activity_not_planned", f"there is no activity {activity!r}; plan it, or check the id"
        )
    if state.phase == "published":
        raise Rejected(
            "activity_only_published",
            f"activity {activity} is known from a publication only and cannot be {wish}; plan an "
            "activity of your own",
        )
    if state.phase not in allowed:
        raise Rejected(
            f"activity_already_{state.phase}",
            f"activity {activity} is {state.phase} and cannot be {wish}",
        )


def _require_reassignable(
    command: ReassignActivity, circumstances: Circumstances, state: ActivityState, world: World
) -> None:
    actor.require_active(world, command.owner, "the owner")
    for unit in command.units:
        require_running(world, unit, begun_on(circumstances))
    if command.owner == state.owner and (command.units or state.units) == state.units:
        raise Rejected(
            "reassignment_changes_nothing",
            f"{state.owner!r} answers for activity {command.activity} of the same units already; "
            "name another owner or other units",
        )


def _require_progress(command: NoteProgress) -> None:
    if command.note is None and command.schools_percent is None:
        raise Rejected(
            "progress_says_nothing",
            f"progress of activity {command.activity} needs a note or a share of schools",
        )


def _require_shown(command: CompleteActivity, world: World) -> None:
    if not command.evidence:
        raise Rejected(
            "completed_without_evidence",
            f"activity {command.activity} cannot be completed without evidence; submit some and "
            "cite it, or abandon the activity",
        )
    evidence.require_usable(world, command.evidence)


def _require_publishable(
    command: ReportActivity | AnnounceActivity,
    circumstances: Circumstances,
    state: ActivityState,
    world: World,
) -> None:
    name = f"activity {command.activity}"
    require_unused(state, name)
    require_running(world, command.unit, effective_on(circumstances))
    try:
        shipped_kinds().kind(command.kind)
    except InvalidData as refusal:
        raise Rejected("unknown_kind", f"{name}: {refusal}") from None
    if command.last_day < circumstances.occurred_on:
        raise Rejected(
            "last_day_before_first",
            f"{name} would end on {command.last_day}, before {circumstances.occurred_on}; "
            "correct one of the dates",
        )
