"""The district as a whole: its calendar, its rubric, its policies, and its stewardship team."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from domain import actor, endings, ids
from domain.actor import ActorState
from domain.deciding import fact, listed, one, require_unused
from domain.endings import Endings
from domain.errors import InvalidData, Rejected
from domain.facts.district import (
    DayRange,
    DistrictEstablished,
    ReviewCycleRulesAdopted,
    ReviewPolicyAdopted,
    RubricCrosswalkPublished,
    RubricIndicator,
    RubricPublished,
    SchoolCalendarPublished,
    StewardshipTeamChartered,
)
from domain.facts.fields import DigestText, Slug, Title
from domain.facts.reorganization import UnitDissolved, UnitsMerged, UnitSplit
from domain.message import Circumstances, Command, Decision, Happened
from domain.policy_parameters import parse_parameters
from domain.review_cycle import SHIPPED_CYCLE, AdoptReviewCycleRules, require_cycle
from domain.school_calendar import SchoolCalendar
from domain.world import State, World

AUDITING_ROLES = frozenset({"auditor", "internal_audit"})
"""Roles that judge the transformation from outside, and so may not chair it."""

ReviewType = Literal["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8"]


class EstablishDistrict(Command):
    """Begin the log of a district."""

    name: Title = Field(description="Name of the district")
    time_zone: str = Field(
        min_length=1, max_length=64, description="IANA time zone, such as America/Los_Angeles"
    )
    clock: Literal["server", "simulated"] = Field(
        description="server: real recording times; simulated: supplied ones, for demonstrations"
    )


class CharterStewardshipTeam(Command):
    """Name the team that holds the whole transformation, and its chair."""

    chair: Slug = Field(description="Actor id of the chair; not an auditor")
    members: tuple[Slug, ...] = Field(min_length=1, description="Actor ids of the members")


class PublishSchoolCalendar(Command):
    """Publish a version of the days on which the district works."""

    calendar_version: Slug = Field(description="New version, such as 2025-26")
    first_day: date = Field(description="First day the calendar covers")
    last_day: date = Field(description="Last day the calendar covers")
    closed_days: tuple[date, ...] = Field(
        default=(), description="Each day on which offices are closed, one by one"
    )
    summers: tuple[DayRange, ...] = Field(
        default=(), description="Summers, each with first and last day"
    )


class PublishRubric(Command):
    """Publish a version of the rubric that ratings may cite."""

    rubric_version: Slug = Field(description="New version, such as 1.0")
    digest: DigestText = Field(description="Digest of the full rubric document, sha256:<hex>")
    indicators: tuple[RubricIndicator, ...] = Field(
        min_length=1, description="Every indicator with its code, dimension and scope"
    )


class AdoptReviewPolicy(Command):
    """Adopt a rule that opens reviews, change its numbers, or end it."""

    policy: Slug = Field(description="Policy name; an adopted one is replaced from now on")
    rule: Slug = Field(description="Rule the policy uses, such as stalled_unit")
    rule_digest: DigestText = Field(description="Digest of the rule's query, sha256:<hex>")
    review_type: ReviewType = Field(description="Type of the review it opens, R1 to R8")
    parameters: dict[str, int | str | dict[str, int]] = Field(
        description="Every parameter of the rule, by name"
    )
    due_working_days: int = Field(
        ge=0, le=250, description="Working days from opening until the review is due"
    )
    owner_role: Slug = Field(description="Role that must see to the review, such as steward")
    active: bool = Field(default=True, description="false ends the policy")


DistrictCommand = (
    EstablishDistrict
    | CharterStewardshipTeam
    | PublishSchoolCalendar
    | PublishRubric
    | AdoptReviewPolicy
    | AdoptReviewCycleRules
)
COMMANDS: tuple[type[Command], ...] = (
    EstablishDistrict,
    CharterStewardshipTeam,
    PublishSchoolCalendar,
    PublishRubric,
    AdoptReviewPolicy,
    AdoptReviewCycleRules,
)


@dataclass(frozen=True, slots=True)
class RubricInForce:
    """A published rubric: from when it counts, and each indicator's scope by code."""

    version: str
    effective_from: date
    scopes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DistrictState(State):
    """The district: its name if established, its clock, and what it published and adopted.

    `rubrics` come in the order they were published; `policies` tells by name which are active;
    `cycle` holds the numbers of a review's course. `endings` are those of its units; `crosswalks`
    the pairs of rubric versions, from and to, that one was published for.
    """

    category: ClassVar[str] = ids.DISTRICT_STREAM

    name: str | None = None
    time_zone: str | None = None
    clock: str | None = None
    chair: str | None = None
    members: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    rubrics: tuple[RubricInForce, ...] = ()
    policies: Mapping[str, bool] = field(default_factory=dict)
    cycle: ReviewCycleRulesAdopted = SHIPPED_CYCLE
    endings: Endings = endings.NONE
    crosswalks: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def stream(cls, identifier: str) -> str:
        """Return the one stream of the district, whatever the identifier."""
        return ids.DISTRICT_STREAM

    def rubric_on(self, day: date) -> RubricInForce | None:
        """Return the rubric in force on a day: of those effective by then, the newest."""
        begun = [rubric for rubric in self.rubrics if rubric.effective_from <= day]
        # max keeps the first of equals; of two effective on one day the later published counts.
        return max(reversed(begun), key=lambda rubric: rubric.effective_from, default=None)


initial = DistrictState()


def evolve(state: DistrictState, happened: Happened) -> DistrictState:
    """Return the state after one more fact about the district."""
    match happened.event:
        case DistrictEstablished(name=name, time_zone=zone, clock=clock):
            return replace(state, name=name, time_zone=zone, clock=clock)
        case StewardshipTeamChartered(chair=chair, members=members):
            return replace(state, chair=chair, members=members)
        case SchoolCalendarPublished(calendar_version=version):
            return replace(state, calendars=(*state.calendars, version))
        case RubricPublished(rubric_version=version, indicators=indicators):
            scopes = {indicator.code: indicator.scope for indicator in indicators}
            published = RubricInForce(version, happened.effective_from, scopes)
            return replace(state, rubrics=(*state.rubrics, published))
        case RubricCrosswalkPublished(from_version=before, to_version=after):
            return replace(state, crosswalks=state.crosswalks | {(before, after)})
        case ReviewPolicyAdopted(policy=policy, active=active):
            return replace(state, policies={**state.policies, policy: active})
        case ReviewCycleRulesAdopted() as cycle:
            return replace(state, cycle=cycle)
        case UnitsMerged() | UnitSplit() | UnitDissolved() as ended:
            return replace(state, endings=state.endings.after(ended, happened.effective_from))
        case _:
            return state


def needs(command: DistrictCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    if isinstance(command, CharterStewardshipTeam):
        people = (ActorState.stream(each) for each in (command.chair, *command.members))
        return (ids.DISTRICT_STREAM, *people)
    return (ids.DISTRICT_STREAM,)


def decide(
    command: DistrictCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about the district. Raises Rejected."""
    state = world.get(DistrictState)
    stream = ids.DISTRICT_STREAM
    match command:
        case EstablishDistrict():
            require_unused(state, "the district of this log")
            return one(stream, fact(DistrictEstablished, command), new=True)
        case CharterStewardshipTeam():
            _require_team(command, world)
            return one(stream, fact(StewardshipTeamChartered, command))
        case PublishSchoolCalendar():
            _require_calendar(command, state)
            return one(stream, fact(SchoolCalendarPublished, command))
        case PublishRubric():
            _require_rubric(command, state)
            published = fact(RubricPublished, command)
            _require_unchanged(published, circumstances)
            return one(stream, published)
        case AdoptReviewPolicy():
            _require_policy(command, state)
            return one(stream, fact(ReviewPolicyAdopted, command))
        case AdoptReviewCycleRules():
            require_cycle(command)
            return one(stream, fact(ReviewCycleRulesAdopted, command))


def _require_team(command: CharterStewardshipTeam, world: World) -> None:
    chair = actor.require_active(world, command.chair, "the chair")
    if chair.role in AUDITING_ROLES:
        raise Rejected(
            "chair_is_auditor",
            f"the chair {command.chair!r} has the role {chair.role}; who audits the work may not "
            "lead it, name another chair",
        )
    for member in command.members:
        actor.require_active(world, member, "the member")


def _require_calendar(command: PublishSchoolCalendar, state: DistrictState) -> None:
    if command.calendar_version in state.calendars:
        raise Rejected(
            "calendar_already_published",
            f"calendar {command.calendar_version} is published; a published version never "
            "changes, publish a new one",
        )
    try:
        SchoolCalendar(
            version=command.calendar_version,
            first_day=command.first_day,
            last_day=command.last_day,
            closed_days=frozenset(command.closed_days),
            summer=tuple((summer.first, summer.last) for summer in command.summers),
        )
    except ValueError as refusal:
        raise Rejected(
            "calendar_malformed", f"the calendar contradicts itself: {refusal}"
        ) from None


def _require_rubric(command: PublishRubric, state: DistrictState) -> None:
    if command.rubric_version in {rubric.version for rubric in state.rubrics}:
        raise Rejected(
            "rubric_already_published",
            f"rubric {command.rubric_version} is published; a published version never changes, "
            "publish a new one",
        )
    codes = [indicator.code for indicator in command.indicators]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise Rejected(
            "indicator_twice",
            f"rubric {command.rubric_version} lists twice: {listed(twice)}; list each once",
        )
    strays = [i.code for i in command.indicators if not i.code.startswith(f"D{i.dimension}.")]
    if strays:
        raise Rejected(
            "indicator_outside_dimension",
            f"rubric {command.rubric_version}: the codes {listed(strays)} do not begin with D, "
            "their dimension and a dot, such as D3.1; rename them or correct the dimension",
        )


def _require_unchanged(published: RubricPublished, circumstances: Circumstances) -> None:
    corrected = circumstances.corrected
    if isinstance(corrected, RubricPublished) and corrected != published:
        raise Rejected(
            "published_rubric_changed",
            f"rubric {corrected.rubric_version} is published, and ratings may cite it; only its "
            "day may be corrected, publish a new version with a crosswalk instead",
        )


def _require_policy(command: AdoptReviewPolicy, state: DistrictState) -> None:
    try:
        parse_parameters(command.rule, command.parameters)
    except InvalidData as refusal:
        raise Rejected("policy_malformed", f"policy {command.policy}: {refusal}") from None
    if not command.active and not state.policies.get(command.policy, False):
        raise Rejected(
            "policy_not_active",
            f"policy {command.policy} is not in force, so it cannot be ended; check the name",
        )
