"""A crosswalk: how the indicators of one version of the rubric are read in another.

It lets a reader follow an indicator over a change of rubric. It changes no rating.
"""

from pydantic import Field

from domain import ids
from domain.deciding import fact, listed, one
from domain.district import DistrictState, RubricInForce
from domain.errors import Rejected
from domain.facts.district import IndicatorMapping, RubricCrosswalkPublished
from domain.facts.fields import Slug
from domain.message import Circumstances, Command, Decision
from domain.world import World


class PublishRubricCrosswalk(Command):
    """Publish how the indicators of one rubric version are read in another."""

    from_version: Slug = Field(description="Version that is read, such as 1.0")
    to_version: Slug = Field(description="Version in which it is read, such as 2.0")
    mapping: tuple[IndicatorMapping, ...] = Field(
        min_length=1,
        description="Each indicator of the first once: from_indicator, to_indicator if it has a "
        "counterpart, and levels if those can be compared, what 0, 1, 2 and 3 become",
    )


COMMANDS: tuple[type[Command], ...] = (PublishRubricCrosswalk,)


def needs(command: PublishRubricCrosswalk) -> tuple[str, ...]:
    """Return the stream the decision looks at."""
    return (ids.DISTRICT_STREAM,)


def decide(
    command: PublishRubricCrosswalk, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a crosswalk. Raises Rejected."""
    state = world.get(DistrictState)
    name = f"the crosswalk from rubric {command.from_version} to {command.to_version}"
    if command.from_version == command.to_version:
        raise Rejected("crosswalk_to_itself", f"{name} leads nowhere; name two versions")
    before = _published(command.from_version, name, state)
    after = _published(command.to_version, name, state)
    if (command.from_version, command.to_version) in state.crosswalks:
        raise Rejected(
            "crosswalk_already_published",
            f"{name} is published and never changes; if it was wrong, correct that fact",
        )
    _require_each_once(command, name, before)
    _require_known(command, name, before, after)
    for each in command.mapping:
        _require_levels(each, name)
    return one(ids.DISTRICT_STREAM, fact(RubricCrosswalkPublished, command))


def _published(version: str, name: str, state: DistrictState) -> RubricInForce:
    for rubric in state.rubrics:
        if rubric.version == version:
            return rubric
    raise Rejected(
        "unknown_rubric_version",
        f"{name} names rubric {version}, which is not published; published are: "
        f"{listed(rubric.version for rubric in state.rubrics)}",
    )


def _require_each_once(command: PublishRubricCrosswalk, name: str, before: RubricInForce) -> None:
    codes = [each.from_indicator for each in command.mapping]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise Rejected("indicator_mapped_twice", f"{name} maps {listed(twice)} twice; map it once")
    missing = [code for code in before.scopes if code not in codes]
    if missing:
        raise Rejected(
            "indicator_not_mapped",
            f"{name} does not map {listed(missing)}; map each, without to_indicator if it has no "
            "counterpart",
        )


def _require_known(
    command: PublishRubricCrosswalk, name: str, before: RubricInForce, after: RubricInForce
) -> None:
    strays = [
        (before.version, each.from_indicator)
        for each in command.mapping
        if each.from_indicator not in before.scopes
    ]
    strays += [
        (after.version, each.to_indicator)
        for each in command.mapping
        if each.to_indicator is not None and each.to_indicator not in after.scopes
    ]
    if strays:
        found = listed(f"{code} in rubric {version}" for version, code in strays)
        raise Rejected("unknown_indicator", f"{name} names {found}, which is not there; correct it")


def _require_levels(each: IndicatorMapping, name: str) -> None:
    if each.levels is None:
        return
    if each.to_indicator is None:
        raise Rejected(
            "levels_without_counterpart",
            f"{name} gives levels for {each.from_indicator}, which has no counterpart; leave them "
            "out, or name the counterpart",
        )
    if list(each.levels) != sorted(each.levels):
        raise Rejected(
            "levels_out_of_order",
            f"{name} turns the levels 0 to 3 of {each.from_indicator} into "
            f"{listed(str(level) for level in each.levels)}: a higher level may not become a "
            "lower one than the level below it, correct them",
        )
