"""A crosswalk: each indicator of one published rubric version, read in another, once and for all."""

from datetime import date

import pytest
from pydantic import ValidationError

from domain.crosswalk import PublishRubricCrosswalk
from domain.district import PublishRubric
from domain.facts.district import (
    IndicatorMapping,
    RubricCrosswalkPublished,
    RubricIndicator,
    RubricPublished,
)
from tests.support.districts import district
from tests.support.samples import DIGEST
from tests.support.specification import TODAY, Specification, id_of


def published(version: str, *codes: str) -> RubricPublished:
    return RubricPublished(
        rubric_version=version,
        digest=DIGEST,
        indicators=tuple(
            RubricIndicator(code=code, dimension=int(code[1]), scope="unit") for code in codes
        ),
    )


def rubrics() -> Specification:
    """Return a log with the rubrics 2.0, of D3.1 and D3.2, and 3.0, of D3.1, D3.5 and D4.1."""
    return district().given(
        published("2.0", "D3.1", "D3.2"), published("3.0", "D3.1", "D3.5", "D4.1")
    )


def mapped(
    before: str, after: str | None = None, levels: tuple[int, ...] | None = None
) -> IndicatorMapping:
    return IndicatorMapping(from_indicator=before, to_indicator=after, levels=levels)


def crosswalk(*mapping: IndicatorMapping, **changes: object) -> PublishRubricCrosswalk:
    fields = {"from_version": "2.0", "to_version": "3.0", "mapping": mapping}
    return PublishRubricCrosswalk.model_validate({**fields, **changes})


GONE = mapped("D3.2")
MOVED = mapped("D3.1", "D3.5", (0, 1, 1, 3))


def test_a_crosswalk_maps_each_indicator_to_one_or_to_none() -> None:
    outcome = rubrics().when(crosswalk(MOVED, GONE))
    outcome.then(
        RubricCrosswalkPublished(from_version="2.0", to_version="3.0", mapping=(MOVED, GONE))
    )
    assert outcome.decisions[0].stream == "district"
    assert outcome.events[0].subjects() == ("*",)


def test_two_indicators_may_be_read_as_one() -> None:
    rubrics().when(crosswalk(mapped("D3.1", "D3.5"), mapped("D3.2", "D3.5")))


@pytest.mark.parametrize("side", ["from_version", "to_version"])
def test_a_crosswalk_of_a_version_that_is_not_published_is_refused(side: str) -> None:
    command = crosswalk(MOVED, GONE, **{side: "9.0"})
    rubrics().refused("unknown_rubric_version", command)


def test_a_crosswalk_does_not_lead_back_to_its_own_version() -> None:
    rubrics().refused("crosswalk_to_itself", crosswalk(MOVED, GONE, to_version="2.0"))


def test_an_indicator_is_not_mapped_twice() -> None:
    command = crosswalk(MOVED, GONE, mapped("D3.1", "D3.1"))
    rubrics().refused("indicator_mapped_twice", command)


def test_no_indicator_is_forgotten() -> None:
    rubrics().refused("indicator_not_mapped", crosswalk(MOVED))


def test_indicators_are_those_of_the_two_versions() -> None:
    log = rubrics()
    log.refused("unknown_indicator", crosswalk(MOVED, GONE, mapped("D4.1", "D4.1")))
    log.refused("unknown_indicator", crosswalk(MOVED, mapped("D3.2", "D3.2")))


def test_levels_belong_to_a_counterpart_and_keep_their_order() -> None:
    log = rubrics()
    without = crosswalk(MOVED, mapped("D3.2", None, (0, 1, 2, 3)))
    log.refused("levels_without_counterpart", without)
    log.refused("levels_out_of_order", crosswalk(mapped("D3.1", "D3.5", (0, 2, 1, 3)), GONE))


@pytest.mark.parametrize("levels", [(0, 1, 2), (0, 1, 2, 3, 3), (0, 1, 2, 4)])
def test_levels_say_what_each_of_the_four_becomes(levels: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError):
        mapped("D3.1", "D3.5", levels)


def test_a_published_crosswalk_never_changes_but_the_way_back_is_another() -> None:
    log = rubrics()
    log.when(crosswalk(MOVED, GONE))
    log.refused("crosswalk_already_published", crosswalk(mapped("D3.1", "D3.1"), GONE))
    back = (mapped("D3.1"), mapped("D3.5", "D3.1"), mapped("D4.1"))
    log.when(crosswalk(*back, from_version="3.0", to_version="2.0"))


def test_a_wrong_crosswalk_is_corrected_in_place() -> None:
    log = rubrics()
    log.when(crosswalk(MOVED, GONE))
    right = crosswalk(mapped("D3.1", "D3.1"), GONE)
    log.when(right, corrects=log.last_id("district"), reason="read from the wrong table")
    log.refused("crosswalk_already_published", right)


def test_a_published_version_is_not_changed_by_a_correction_but_its_day_may_be() -> None:
    log = rubrics()
    facts = log.streams["district"]
    place = next(
        each
        for each in facts
        if isinstance(each.event, RubricPublished) and each.event.rubric_version == "3.0"
    )
    why = {"corrects": id_of(place), "reason": "it counts from the summer"}
    changed = PublishRubric.model_validate(published("3.0", "D3.1", "D3.5").model_dump())
    log.refused("published_rubric_changed", changed, **why)
    renamed = PublishRubric.model_validate(published("4.0", "D3.1", "D3.5", "D4.1").model_dump())
    log.refused("published_rubric_changed", renamed, **why)
    same = PublishRubric.model_validate(place.event.model_dump())
    dates = {"corrected": place.event, "corrected_dates": (TODAY, TODAY, "day")}
    log.when(same, **why, **dates, effective_from=date(2026, 7, 1))


def test_a_published_version_is_not_published_again_with_other_indicators() -> None:
    changed = published("2.0", "D3.1")
    command = PublishRubric.model_validate(changed.model_dump())
    rubrics().refused("rubric_already_published", command)
