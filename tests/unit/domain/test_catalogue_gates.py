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


@pytest.mark.parametrize(
    ("stage", "musts"),
    [
        ("S0", ["scope_and_head_confirmed", "rating_plan_set"]),
        ("S1", ["three_source_evidence", "principals_asked", "gap_statement_accepted"]),
        (
            "S2",
            [
                "owner_map_or_team_charter",
                "role_changes_written",
                "measures_with_prediction",
                "labour_legal_consulted",
                "budget_source_named",
            ],
        ),
        (
            "S3",
            ["posts_filled_80_percent", "staff_trained", "tool_live", "first_schools_agreed"],
        ),
        (
            "S4",
            [
                "two_pdsa_cycles_closed",
                "d3_1_at_least_2_in_pilot",
                "no_open_critical_action",
                "equity_check_done",
            ],
        ),
        (
            "S5",
            [
                "schools_covered_90_percent",
                "d3_1_to_d3_3_at_least_2",
                "service_standard_published",
                "two_monthly_reviews_held",
                "two_quarterly_reviews_without_regression",
                "d3_median_2",
                "d5_3_at_least_2",
            ],
        ),
        ("S6", []),
    ],
)
def test_everything_named_for_leaving_a_stage_must_be_met(stage: str, musts: list[str]) -> None:
    assert must_of(stage) == musts
    assert shipped_gates().stage(stage).rest == ()


def test_only_equity_and_labour_and_legal_can_never_be_waived() -> None:
    never = {
        criterion.id
        for stage in shipped_gates().stages
        for criterion in stage.exit_criteria
        if not criterion.waivable
    }
    assert never == {"labour_legal_consulted", "equity_check_done"}


@pytest.mark.parametrize(("rest", "needed"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4)])
def test_three_quarters_of_the_rest_are_needed_rounded_up(rest: int, needed: int) -> None:
    gates = shipped_gates()
    lesser = [each.model_copy(update={"must": False}) for each in gates.stage("S5").exit_criteria]
    stage = gates.stage("S5").model_copy(update={"exit_criteria": tuple(lesser[:rest])})
    assert gates.model_copy(update={"stages": (stage,)}).rest_needed("S5") == needed


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
