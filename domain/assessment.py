"""Levels of indicators for a subject: who rated what, on how much evidence.

How much a level needs: 0 and 1 one piece of evidence; 2 three sources or three respondents; 3 what
2 needs, one piece independent of the unit, and 90 days at level 2.

A rating whose evidence was retracted, or whose evidence a dispute was upheld against, is contested:
it stands as it is until someone corrects it, rates anew or reaffirms it. Nothing is recalculated.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import ClassVar

from pydantic import Field

from domain import actor, evidence, ids
from domain.actor import ActorState
from domain.deciding import effective_on, fact, listed, one
from domain.district import DistrictState
from domain.errors import Rejected
from domain.evidence import EvidenceState
from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.facts.fields import Level, Slug, Subject
from domain.message import Circumstances, Command, Decision, Happened
from domain.unit import UnitState, require_running
from domain.world import State, World

REGULAR, NORMAL = 2, 3
"""The levels at which the indicator is regular practice, and the normal way."""

TRIANGULATION = 3
"""Sources, or respondents, from which a claim counts as more than one person's view."""

SETTLED = timedelta(days=90)
"""How long an indicator must have been at level 2 before it may be rated 3."""


class RateIndicator(Command):
    """Rate an indicator for a unit, a network or the district, on evidence."""

    about: Subject = Field(description="Who is rated: unit:HR, network:A or district:all")
    indicator: Slug = Field(description="Code of the indicator, such as D3.1")
    level: Level = Field(description="Level, 0 to 3")
    rubric_version: Slug = Field(description="Version of the rubric in force on that day")
    evidence: tuple[Slug, ...] = Field(
        default=(), description="Ids of the evidence; at least one, more for levels 2 and 3"
    )
    raters: tuple[Slug, ...] = Field(min_length=1, description="Actor ids of those who rate")


class ReaffirmRating(Command):
    """Decide a contested rating again and keep its level, on evidence that may be relied on."""

    about: Subject = Field(description="Who is rated: unit:HR, network:A or district:all")
    indicator: Slug = Field(description="Code of the indicator, such as D3.1")
    despite: tuple[Slug, ...] = Field(
        min_length=1, description="Ids of its evidence that was retracted or successfully disputed"
    )
    evidence: tuple[Slug, ...] = Field(
        default=(), description="Ids of the evidence it rests on now, what remains and what is new"
    )
    raters: tuple[Slug, ...] = Field(min_length=1, description="Actor ids of those who rate")


AssessmentCommand = RateIndicator | ReaffirmRating
COMMANDS: tuple[type[Command], ...] = (RateIndicator, ReaffirmRating)


@dataclass(frozen=True, slots=True)
class Rating:
    """A level, the day from which it counts, and what it rests on."""

    effective_from: date
    level: int
    rubric_version: str
    evidence: tuple[str, ...]

    def contested(self, unreliable: Collection[str]) -> bool:
        """Whether it rests on any of the evidence that may be relied on no more."""
        return any(each in unreliable for each in self.evidence)


@dataclass(frozen=True, slots=True)
class AssessmentState(State):
    """All ratings of one subject, each indicator's in order of their effective days.

    Of two ratings effective on one day the later recorded comes last. `cited` holds the ids of
    all evidence that any of them rests on.
    """

    category: ClassVar[str] = "assessment"

    ratings: Mapping[str, tuple[Rating, ...]] = field(default_factory=dict)
    cited: frozenset[str] = frozenset()

    @classmethod
    def stream(cls, identifier: str) -> str:
        """Return the stream of the ratings about a subject such as `unit:HR`."""
        return ids.stream(cls.category, identifier.replace(":", "."))

    def level_on(self, indicator: str, day: date) -> int | None:
        """Return the level of an indicator on a day, or None when it is not rated by then."""
        rating = self.rating_on(indicator, day)
        return None if rating is None else rating.level

    def rating_on(self, indicator: str, day: date) -> Rating | None:
        """Return the rating of an indicator that counts on a day, or None."""
        ratings = [r for r in self.ratings.get(indicator, ()) if r.effective_from <= day]
        return ratings[-1] if ratings else None

    def at_least_since(self, indicator: str, level: int, day: date) -> date | None:
        """Return since when an indicator has been at a level or above, up to a day; None if not."""
        since: date | None = None
        for rating in self.ratings.get(indicator, ()):
            if rating.effective_from > day:
                break
            if rating.level < level:
                since = None
            elif since is None:
                since = rating.effective_from
        return since


initial = AssessmentState()


def evolve(state: AssessmentState, happened: Happened) -> AssessmentState:
    """Return the state after one more fact about the subject's levels."""
    match happened.event:
        case IndicatorRated() | RatingReaffirmed() as rated:
            earlier = state.ratings.get(rated.indicator, ())
            rating = Rating(
                happened.effective_from, rated.level, rated.rubric_version, rated.evidence
            )
            # The sort is stable, so the later recorded of one day stays last.
            ordered = sorted((*earlier, rating), key=lambda each: each.effective_from)
            return replace(
                state,
                ratings={**state.ratings, rated.indicator: tuple(ordered)},
                cited=state.cited.union(rated.evidence),
            )
        case _:
            return state


def needs(command: AssessmentCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    kind, _, identifier = command.about.partition(":")
    return (
        AssessmentState.stream(command.about),
        ids.DISTRICT_STREAM,
        *((UnitState.stream(identifier),) if kind == "unit" else ()),
        *(ActorState.stream(rater) for rater in command.raters),
        *evidence.streams(command.evidence),
        *(evidence.streams(command.despite) if isinstance(command, ReaffirmRating) else ()),
    )


def decide(
    command: AssessmentCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a rating. Raises Rejected."""
    stream = AssessmentState.stream(command.about)
    day = effective_on(circumstances)
    match command:
        case RateIndicator():
            _require_ratable(command, day, world)
            return one(stream, fact(IndicatorRated, command))
        case ReaffirmRating():
            rating = _contested(command, day, world)
            again = RateIndicator(
                about=command.about,
                indicator=command.indicator,
                level=rating.level,
                rubric_version=rating.rubric_version,
                evidence=command.evidence,
                raters=command.raters,
            )
            _require_ratable(again, day, world)
            standing = {"level": rating.level, "rubric_version": rating.rubric_version}
            return one(stream, fact(RatingReaffirmed, command, **standing))


def _contested(command: ReaffirmRating, day: date, world: World) -> Rating:
    name = f"the rating of {command.indicator} for {command.about}"
    rating = world.get(AssessmentState, command.about).rating_on(command.indicator, day)
    if rating is None:
        raise Rejected(
            "nothing_to_reaffirm",
            f"{command.indicator} is not rated for {command.about} on {day}; rate it",
        )
    unreliable = {
        each for each in command.despite if not evidence.require_submitted(world, each).reliable
    }
    idle = [each for each in command.despite if not rating.contested(unreliable & {each})]
    if idle:
        raise Rejected(
            "not_contested",
            f"{name} is not contested by {listed(idle)}: it does not rest on that, or that may "
            "be relied on; name what was retracted or successfully disputed",
        )
    rubric = world.get(DistrictState).rubric_on(day)
    if rubric is None or rubric.version != rating.rubric_version:
        raise Rejected(
            "rubric_changed",
            f"{name} was made under rubric {rating.rubric_version}, which is not in force on "
            f"{day}; rate the indicator anew under the one that is",
        )
    return rating


def _require_ratable(command: RateIndicator, day: date, world: World) -> None:
    _require_indicator(command, world.get(DistrictState), day)
    _require_raters(command, world, day)
    if not command.evidence:
        raise Rejected(
            "rating_without_evidence",
            f"{_what(command)} cites no evidence; every level needs at least one piece",
        )
    cited = evidence.require_usable(world, command.evidence)
    if command.level >= REGULAR:
        _require_triangulation(command, cited)
    if command.level == NORMAL:
        _require_settled(command, cited, world.get(AssessmentState, command.about), day)


def _what(command: RateIndicator) -> str:
    return f"the rating of {command.indicator} for {command.about}"


def _require_indicator(command: RateIndicator, district: DistrictState, day: date) -> None:
    known = {rubric.version for rubric in district.rubrics}
    if command.rubric_version not in known:
        raise Rejected(
            "unknown_rubric_version",
            f"{_what(command)} cites rubric {command.rubric_version}, which is not published; "
            f"published are: {listed(sorted(known))}",
        )
    rubric = district.rubric_on(day)
    if rubric is None or rubric.version != command.rubric_version:
        in_force = "none" if rubric is None else rubric.version
        raise Rejected(
            "rubric_not_in_force",
            f"{_what(command)} cites rubric {command.rubric_version}, but on {day} the rubric in "
            f"force is {in_force}; cite that one",
        )
    scope = rubric.scopes.get(command.indicator)
    if scope is None:
        raise Rejected(
            "unknown_indicator",
            f"rubric {rubric.version} has no indicator {command.indicator!r}; check the code",
        )
    kind = command.about.partition(":")[0]
    if kind != scope:
        raise Rejected(
            "indicator_out_of_scope",
            f"{command.indicator} is rated for a {scope}, not for {command.about}; name a {scope}",
        )


def _require_raters(command: RateIndicator, world: World, day: date) -> None:
    for rater in command.raters:
        actor.require_active(world, rater, "the rater")
    kind, _, identifier = command.about.partition(":")
    if kind != "unit":
        return
    heads = require_running(world, identifier, day).heads
    if heads.issuperset(command.raters):
        raise Rejected(
            "self_rating",
            f"{_what(command)} is by its own head alone ({listed(command.raters)}); add a "
            "co-rater who does not head the unit",
        )


def _require_triangulation(command: RateIndicator, cited: tuple[EvidenceState, ...]) -> None:
    # Two pieces from one source may hold the same people: of each source only the largest counts.
    answered: dict[str | None, int] = {}
    for piece in cited:
        most = max(answered.get(piece.source_key, 0), piece.respondents or 0)
        answered[piece.source_key] = most
    sources, respondents = len(answered), sum(answered.values())
    if sources < TRIANGULATION and respondents < TRIANGULATION:
        raise Rejected(
            "not_triangulated",
            f"{_what(command)} at level {command.level} needs {TRIANGULATION} sources or "
            f"{TRIANGULATION} respondents, but cites {sources} and {respondents}; cite more, or "
            "rate level 1",
        )


def _require_settled(
    command: RateIndicator, cited: tuple[EvidenceState, ...], state: AssessmentState, day: date
) -> None:
    if not any(piece.independent for piece in cited):
        raise Rejected(
            "not_independent",
            f"{_what(command)} at level 3 needs evidence independent of the unit, such as a "
            "survey of principals; cite one, or rate level 2",
        )
    since = state.at_least_since(command.indicator, REGULAR, day)
    if since is None or day - since < SETTLED:
        now = "is not at level 2" if since is None else f"has been at level 2 since {since}"
        raise Rejected(
            "not_settled",
            f"{_what(command)} at level 3 needs {SETTLED.days} days at level 2; on {day} it {now}, "
            "rate level 2 until then",
        )
