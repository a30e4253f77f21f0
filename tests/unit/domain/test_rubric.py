"""The shipped rubric agrees with its own counts, and refuses to contradict itself."""

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from domain.errors import InvalidData
from domain.rubric import Rubric, shipped_rubric


def changed(**changes: Any) -> dict[str, Any]:
    """The shipped rubric as a mapping, with some of its entries replaced."""
    return shipped_rubric().model_dump() | changes


def test_the_rubric_has_29_indicators_with_codes_of_their_own() -> None:
    codes = [indicator.code for indicator in shipped_rubric().indicators]
    assert len(codes) == len(set(codes)) == 29


def test_the_five_dimensions_have_6_5_7_5_and_6_indicators() -> None:
    by_dimension = shipped_rubric().by_dimension()
    assert {number: len(items) for number, items in by_dimension.items()} == {
        1: 6,
        2: 5,
        3: 7,
        4: 5,
        5: 6,
    }


def test_codes_run_without_a_gap_inside_each_dimension() -> None:
    for number, items in shipped_rubric().by_dimension().items():
        expected = [f"D{number}.{place}" for place in range(1, len(items) + 1)]
        assert [item.code for item in items] == expected


def test_every_level_of_an_indicator_is_described_differently() -> None:
    for indicator in shipped_rubric().indicators:
        assert len(set(indicator.levels)) == 4, indicator.code


def test_each_scope_rates_as_many_indicators_as_the_proposal_says() -> None:
    scopes = Counter(indicator.scope for indicator in shipped_rubric().indicators)
    assert scopes == {"network": 6, "unit": 12, "district": 11}


def test_the_label_says_that_the_wording_is_not_the_researchers() -> None:
    label = shipped_rubric().label
    assert "own proposal" in label
    assert "not taken from the researchers" in label


def test_every_grounding_mark_in_use_is_explained() -> None:
    rubric = shipped_rubric()
    used = {mark for indicator in rubric.indicators for mark in indicator.grounding}
    assert used == set(rubric.grounding_marks)


def test_level_wording_is_marked_as_the_projects_own_everywhere() -> None:
    assert all("X" in indicator.grounding for indicator in shipped_rubric().indicators)


def test_the_baseline_is_every_indicator_that_rates_a_unit() -> None:
    rubric = shipped_rubric()
    baseline = rubric.baseline_indicators()
    assert len(baseline) == 12
    assert {item.code for item in baseline} == {
        item.code for item in rubric.indicators if item.scope == "unit"
    }


def test_an_indicator_is_found_by_its_code() -> None:
    assert shipped_rubric().indicator("D3.1").title == "Case management"


def test_an_unknown_code_is_refused_with_the_codes_that_exist() -> None:
    with pytest.raises(InvalidData, match=r"no indicator 'D6\.1'.*D1\.1 to D5\.6"):
        shipped_rubric().indicator("D6.1")


def test_the_rubric_is_read_once() -> None:
    assert shipped_rubric() is shipped_rubric()


def test_a_rubric_with_an_indicator_twice_is_refused() -> None:
    indicators = changed()["indicators"]
    with pytest.raises(ValidationError, match=r"indicators twice: D1\.1"):
        Rubric.model_validate(changed(indicators=(*indicators, indicators[0])))


def test_a_baseline_that_names_no_indicator_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"does not have: D9\.9"):
        Rubric.model_validate(changed(baseline=("D3.1", "D9.9")))


def test_an_indicator_of_a_dimension_nobody_described_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"does not describe the dimension of D5\.1"):
        Rubric.model_validate(changed(dimensions=changed()["dimensions"][:4]))


def test_an_indicator_whose_code_names_another_dimension_is_refused() -> None:
    indicators = changed()["indicators"]
    moved = indicators[0] | {"dimension": 2}
    with pytest.raises(ValidationError, match=r"D1\.1 states dimension 2"):
        Rubric.model_validate(changed(indicators=(moved, *indicators[1:])))


def test_an_indicator_with_three_levels_is_refused() -> None:
    indicators = changed()["indicators"]
    short = indicators[0] | {"levels": indicators[0]["levels"][:3]}
    with pytest.raises(ValidationError, match="levels"):
        Rubric.model_validate(changed(indicators=(short, *indicators[1:])))
