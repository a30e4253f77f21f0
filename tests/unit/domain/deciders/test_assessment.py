"""Ratings: on enough evidence for the level, under the rubric in force, never by the head alone."""

from datetime import date, timedelta

import pytest

from domain.assessment import AssessmentState, RateIndicator
from domain.facts.assessment import IndicatorRated
from domain.facts.district import ActorRetired
from domain.facts.evidence import EvidenceRetracted
from domain.facts.unit import UnitHeadAssigned
from tests.support.districts import district, evidence, rubric_published
from tests.support.specification import TODAY, Specification

THREE = ("E1", "E2", "E3")


def rate(level: int, *cited: str, **changes: object) -> RateIndicator:
    fields: dict[str, object] = {
        "about": "unit:HR",
        "indicator": "D3.1",
        "level": level,
        "rubric_version": "1.0",
        "evidence": cited,
        "raters": ("a-steward",),
    }
    return RateIndicator.model_validate({**fields, **changes})


def at_level_two(days: int) -> Specification:
    log = district()
    rated = IndicatorRated.model_validate(rate(2, *THREE).model_dump())
    return log.given(rated, on=TODAY - timedelta(days=days))


def levels(log: Specification) -> AssessmentState:
    state = log.state("assessment-unit.HR")
    assert isinstance(state, AssessmentState)
    return state


@pytest.mark.parametrize("level", [0, 1])
def test_levels_zero_and_one_need_one_piece_of_evidence(level: int) -> None:
    log = district()
    log.refused("rating_without_evidence", rate(level))
    outcome = log.when(rate(level, "E1"))
    outcome.then(
        IndicatorRated(
            about="unit:HR",
            indicator="D3.1",
            level=level,
            rubric_version="1.0",
            evidence=("E1",),
            raters=("a-steward",),
        )
    )
    assert outcome.decisions[0].stream == "assessment-unit.HR"
    assert levels(log).level_on("D3.1", TODAY) == level


@pytest.mark.parametrize("cited", [THREE, ("ES",)])
def test_level_two_needs_three_sources_or_three_respondents(cited: tuple[str, ...]) -> None:
    district().when(rate(2, *cited))


@pytest.mark.parametrize("cited", [("E1",), ("E1", "E2"), ("E1", "E1b", "E2"), ("E1", "E1")])
def test_level_two_on_fewer_sources_is_refused(cited: tuple[str, ...]) -> None:
    district().refused("not_triangulated", rate(2, *cited))


def test_respondents_of_one_source_are_not_counted_twice() -> None:
    log = district().given(evidence("P1", "pair", 2), evidence("P2", "pair", 2))
    log.refused("not_triangulated", rate(2, "P1", "P2"))
    log.given(evidence("P3", "other", 1))
    log.when(rate(2, "P1", "P2", "P3"))


def test_level_three_needs_ninety_days_at_level_two_and_independent_evidence() -> None:
    log = at_level_two(90)
    log.refused("not_independent", rate(3, *THREE))
    log.when(rate(3, *THREE, "ES"))


def test_level_three_needs_what_level_two_needs() -> None:
    log = at_level_two(90).given(evidence("EI", "audit", independent=True))
    log.refused("not_triangulated", rate(3, "EI"))


def test_level_three_before_ninety_days_at_level_two_is_refused() -> None:
    at_level_two(89).refused("not_settled", rate(3, "ES"))
    refusal = district().refused("not_settled", rate(3, "ES"))
    assert "is not at level 2" in refusal.message


def test_a_fall_starts_the_ninety_days_again() -> None:
    log = at_level_two(120)
    log.given(
        IndicatorRated.model_validate(rate(1, "E1").model_dump()), on=TODAY - timedelta(days=100)
    )
    log.given(
        IndicatorRated.model_validate(rate(2, *THREE).model_dump()), on=TODAY - timedelta(days=50)
    )
    log.refused("not_settled", rate(3, "ES"))


def test_a_back_dated_rating_takes_its_place_by_its_effective_day() -> None:
    log = at_level_two(10)
    log.given(
        IndicatorRated.model_validate(rate(1, "E1").model_dump()), on=TODAY - timedelta(days=20)
    )
    state = levels(log)
    assert state.level_on("D3.1", TODAY) == 2
    assert state.level_on("D3.1", TODAY - timedelta(days=15)) == 1
    assert state.level_on("D3.1", TODAY - timedelta(days=21)) is None
    assert state.at_least_since("D3.1", 2, TODAY) == TODAY - timedelta(days=10)


def test_of_two_ratings_effective_on_one_day_the_later_recorded_counts() -> None:
    log = at_level_two(0)
    log.when(rate(1, "E1"))
    assert levels(log).level_on("D3.1", TODAY) == 1


def test_evidence_must_be_known_and_count() -> None:
    log = district().given(EvidenceRetracted(evidence="E2"))
    log.refused("unknown_evidence", rate(1, "E0"))
    log.refused("retracted_evidence", rate(2, *THREE))


def test_a_rating_cites_a_published_rubric() -> None:
    district().refused("unknown_rubric_version", rate(1, "E1", rubric_version="9"))


def test_a_rating_cites_the_rubric_in_force_on_its_effective_day() -> None:
    log = district().given(rubric_published("2.0"), on=date(2026, 3, 1))
    log.refused("rubric_not_in_force", rate(1, "E1"))
    log.when(rate(1, "E1"), effective_from=date(2026, 2, 28))
    log.when(rate(1, "E1", rubric_version="2.0"))
    early = date(2025, 7, 1)
    log.refused("rubric_not_in_force", rate(1, "E1"), effective_from=early)


def test_an_unknown_indicator_is_refused() -> None:
    district().refused("unknown_indicator", rate(1, "E1", indicator="D3.9"))


@pytest.mark.parametrize(
    ("indicator", "about"),
    [("D3.1", "district:all"), ("D1.1", "unit:HR"), ("D4.1", "unit:HR"), ("D3.1", "dimension:3")],
)
def test_an_indicator_is_rated_for_its_scope_only(indicator: str, about: str) -> None:
    command = rate(1, "E1", indicator=indicator, about=about)
    district().refused("indicator_out_of_scope", command)


@pytest.mark.parametrize(
    ("indicator", "about"), [("D1.1", "network:E"), ("D2.2", "district:all"), ("D2.5", "unit:IT")]
)
def test_networks_the_district_and_units_are_rated(indicator: str, about: str) -> None:
    district().when(rate(1, "E1", indicator=indicator, about=about))


def test_an_unknown_unit_is_not_rated() -> None:
    district().refused("unknown_unit", rate(1, "E1", about="unit:XX"))


def test_a_head_does_not_rate_the_unit_alone() -> None:
    log = district()
    log.refused("self_rating", rate(1, "E1", raters=("a-hr-head",)))
    log.refused("self_rating", rate(1, "E1", raters=("a-hr-head", "a-hr-head")))
    log.when(rate(1, "E1", raters=("a-hr-head", "a-steward")))


def test_an_acting_head_is_no_co_rater_of_the_head() -> None:
    log = district().given(UnitHeadAssigned(unit="HR", head="a-deputy", acting=True))
    log.refused("self_rating", rate(1, "E1", raters=("a-hr-head", "a-deputy")))


def test_raters_are_registered_and_act() -> None:
    log = district().given(ActorRetired(actor="a-analyst"))
    log.refused("unknown_actor", rate(1, "E1", raters=("a-nobody",)))
    log.refused("retired_actor", rate(1, "E1", raters=("a-analyst",)))
