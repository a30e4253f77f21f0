"""Facts about the district as a whole: who it is, when its schools work, by what it measures."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.facts.fields import DigestText, Dimension, Level, Slug, Title
from domain.ids import subject
from domain.message import ALL_SUBJECTS, DomainEvent


class DayRange(BaseModel):
    """Days from `first` to `last`, both included."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    first: date
    last: date


class RubricIndicator(BaseModel):
    """An indicator as published: its code, its dimension and who is rated by it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    code: Slug
    dimension: Dimension
    scope: Literal["network", "unit", "district"]


class DistrictEstablished(DomainEvent):
    """The district's log begins. `clock` says whether recording times are real or supplied."""

    name: Title
    time_zone: str = Field(min_length=1, max_length=64)
    clock: Literal["server", "simulated"]

    def subjects(self) -> tuple[str, ...]:
        """Return every key: the district is the frame of all."""
        return (ALL_SUBJECTS,)


class StewardshipTeamChartered(DomainEvent):
    """A team that holds the whole transformation is named. Members and chair are actor ids."""

    chair: Slug
    members: tuple[Slug, ...] = Field(min_length=1)

    def subjects(self) -> tuple[str, ...]:
        """Return the district."""
        return (subject("district", "all"),)


class SchoolCalendarPublished(DomainEvent):
    """The days on which the district works, expanded: replay needs no holiday library."""

    calendar_version: Slug
    first_day: date
    last_day: date
    closed_days: tuple[date, ...]
    summers: tuple[DayRange, ...]

    def subjects(self) -> tuple[str, ...]:
        """Return every key: time rules everywhere use the calendar."""
        return (ALL_SUBJECTS,)


class RubricPublished(DomainEvent):
    """A version of the rubric that ratings may cite; `digest` is that of the full document."""

    rubric_version: Slug
    digest: DigestText
    indicators: tuple[RubricIndicator, ...] = Field(min_length=1)

    def subjects(self) -> tuple[str, ...]:
        """Return every key: ratings everywhere cite it."""
        return (ALL_SUBJECTS,)


class IndicatorMapping(BaseModel):
    """Where an indicator of one rubric version is found in another; `to_indicator` none: nowhere.

    `levels` says what each of the levels 0, 1, 2 and 3 becomes; none: they cannot be compared.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    from_indicator: Slug
    to_indicator: Slug | None = None
    levels: tuple[Level, ...] | None = Field(default=None, min_length=4, max_length=4)


class RubricCrosswalkPublished(DomainEvent):
    """How the indicators of one rubric version are read in another. It changes no rating."""

    from_version: Slug
    to_version: Slug
    mapping: tuple[IndicatorMapping, ...] = Field(min_length=1)

    def subjects(self) -> tuple[str, ...]:
        """Return every key: ratings everywhere are read through it."""
        return (ALL_SUBJECTS,)


class ReviewPolicyAdopted(DomainEvent):
    """A rule with parameters that opens reviews. `rule_digest` is that of the rule's query.

    Adopting the same `policy` again replaces its parameters from then on; `active` false ends it.
    """

    policy: Slug
    rule: Slug
    rule_digest: DigestText
    review_type: Slug
    parameters: dict[str, int | str | dict[str, int]]
    due_working_days: int = Field(ge=0, le=250)
    owner_role: Slug
    active: bool = True

    def subjects(self) -> tuple[str, ...]:
        """Return every key: a policy may concern any of them."""
        return (ALL_SUBJECTS,)


class ReviewCycleRulesAdopted(DomainEvent):
    """The numbers by which every review of the district runs its course.

    Working days before the due date at which a packet is frozen, and by whom; working days after
    it at which the chair is told, and at which the review lapses; calendar days after closing
    between which the effect is checked; how many stewards must be present; how often a review may
    be postponed. And for the action items that come of reviews: working days after the due date
    at which the owner, the unit's head, the chair and the superintendent are told in turn.
    """

    freeze_working_days: int = Field(ge=0, le=60)
    packet_frozen_by: Literal["scheduler", "people"]
    chair_working_days: int = Field(ge=1, le=120)
    lapse_working_days: int = Field(ge=1, le=250)
    effect_from_days: int = Field(ge=1, le=730)
    effect_until_days: int = Field(ge=1, le=730)
    quorum: int = Field(ge=0, le=20)
    most_postponements: int = Field(ge=0, le=10)
    action_owner_working_days: int = Field(ge=1, le=250)
    action_head_working_days: int = Field(ge=1, le=250)
    action_chair_working_days: int = Field(ge=1, le=250)
    action_superintendent_working_days: int = Field(ge=1, le=250)

    def subjects(self) -> tuple[str, ...]:
        """Return every key: the numbers hold for every review."""
        return (ALL_SUBJECTS,)


class ActorRegistered(DomainEvent):
    """A person or a service may act under a pseudonymous id. The name is personal."""

    personal: ClassVar[frozenset[str]] = frozenset({"name"})

    actor: Slug
    role: Slug
    kind: Literal["person", "service"] = "person"
    name: str | None = None

    def subjects(self) -> tuple[str, ...]:
        """Return the actor."""
        return (subject("actor", self.actor),)


class ActorRetired(DomainEvent):
    """The actor acts no more; what it did stays readable."""

    actor: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the actor."""
        return (subject("actor", self.actor),)
