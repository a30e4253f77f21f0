"""The shipped stages and gates."""

import pytest
from pydantic import ValidationError

from domain.catalogue import Gates, shipped_gates
from domain.errors import InvalidData


def must_of(stage: str) -> list[str]:
    return [criterion.id for criterion in shipped_gates().stage(stage).must]


def test_the_stages_run_from_registered_to_sustaining() -> None:
    assert [(stage.code, stage.name) for stage in shipped_gates().stages] == [
        ("S0", "Registered"),
        ("S1", "Baselined"),
        ("S2", "Designing"),
        ("S3", "Installing"),
        ("S4", "Piloting"),
        ("S5", "Operating"),
        ("S6", "Sustaining"),
    ]


def test_every_stage_but_the_last_has_something_that_must_be_met() -> None:
    for stage in shipped_gates().stages[:-1]:
        assert stage.must, stage.code
    assert shipped_gates().stage("S6").exit_criteria == ()


def test_everything_about_a_baseline_must_be_met() -> None:
    assert must_of("S1") == ["three_source_evidence", "principals_asked", "gap_statement_accepted"]
    assert shipped_gates().stage("S1").rest == ()


def test_a_design_must_have_an_owner_and_must_have_consulted_labour_and_legal() -> None:
    assert must_of("S2") == ["owner_map_or_team_charter", "labour_legal_consulted"]


def test_a_pilot_must_close_its_tests_and_check_equity() -> None:
    assert must_of("S4") == ["two_pdsa_cycles_closed", "equity_check_done"]


def test_two_quarters_without_regression_must_come_before_sustaining() -> None:
    assert must_of("S5") == [
        "schools_covered_90_percent",
        "two_quarterly_reviews_without_regression",
    ]
    assert {"d3_median_2", "d5_3_at_least_2"} <= {
        criterion.id for criterion in shipped_gates().stage("S5").rest
    }


def test_only_equity_and_labour_and_legal_can_never_be_waived() -> None:
    never = {
        criterion.id
        for stage in shipped_gates().stages
        for criterion in stage.exit_criteria
        if not criterion.waivable
    }
    assert never == {"labour_legal_consulted", "equity_check_done"}


@pytest.mark.parametrize(
    ("stage", "rest", "needed"),
    [("S0", 1, 1), ("S1", 0, 0), ("S2", 3, 3), ("S3", 3, 3), ("S4", 2, 2), ("S5", 5, 4)],
)
def test_three_quarters_of_the_rest_are_needed_rounded_up(
    stage: str, rest: int, needed: int
) -> None:
    assert len(shipped_gates().stage(stage).rest) == rest
    assert shipped_gates().rest_needed(stage) == needed


def test_an_unknown_stage_is_refused_with_the_stages_that_exist() -> None:
    with pytest.raises(InvalidData, match="no stage 'S7'; the stages are S0, S1"):
        shipped_gates().stage("S7")


def test_stages_out_of_order_are_refused() -> None:
    gates = shipped_gates().model_dump()
    with pytest.raises(ValidationError, match="once and in order"):
        Gates.model_validate(gates | {"stages": gates["stages"][::-1]})


def test_two_criteria_with_one_id_are_refused() -> None:
    gates = shipped_gates().model_dump()
    first, second, *others = gates["stages"]
    second = second | {"exit_criteria": (*second["exit_criteria"], first["exit_criteria"][0])}
    with pytest.raises(ValidationError, match="same id: scope_and_head_confirmed"):
        Gates.model_validate(gates | {"stages": (first, second, *others)})
