"""The shipped catalogue of units and the list of kinds agree with their own counts."""

import pytest
from pydantic import ValidationError

from domain.catalogue import (
    Kinds,
    UnitCatalogue,
    shipped_gates,
    shipped_kinds,
    shipped_policies,
    shipped_units,
)
from domain.errors import InvalidData


def test_the_catalogue_has_27_units_with_codes_of_their_own() -> None:
    codes = [unit.code for unit in shipped_units().units]
    assert len(codes) == len(set(codes)) == 27


def test_no_unit_is_the_same_before_and_after() -> None:
    assert all(unit.before != unit.after for unit in shipped_units().units)


def test_a_unit_is_found_by_its_code() -> None:
    assert shipped_units().unit("HR").name == "Human resources / talent"


def test_an_unknown_unit_is_refused_with_the_units_that_exist() -> None:
    with pytest.raises(InvalidData, match="no unit 'XYZ'; its units are CAB, PSU"):
        shipped_units().unit("XYZ")


def test_a_catalogue_with_a_code_twice_is_refused() -> None:
    catalogue = shipped_units().model_dump()
    units = (*catalogue["units"], catalogue["units"][3])
    with pytest.raises(ValidationError, match="codes twice: PLD"):
        UnitCatalogue.model_validate(catalogue | {"units": units})


def test_there_are_26_kinds_with_codes_and_labels_of_their_own() -> None:
    kinds = shipped_kinds().kinds
    assert len({kind.code for kind in kinds}) == len({kind.label for kind in kinds}) == 26


def test_every_dimension_is_the_default_of_some_kind_but_the_second() -> None:
    assert {kind.default_dimension for kind in shipped_kinds().kinds} == {1, 3, 4, 5}


def test_only_comings_and_goings_of_leaders_are_leadership_changes() -> None:
    leadership = {kind.code for kind in shipped_kinds().kinds if kind.leadership}
    assert leadership == {"leader_appointed", "leader_departed"}


def test_a_plan_is_never_recorded_as_a_reported_fact() -> None:
    for kind in shipped_kinds().kinds:
        assert kind.event_for("reported") == "ActivityReported"
        assert kind.event_for("planned") == "ActivityAnnounced"


def test_an_unknown_kind_is_refused_with_the_kinds_that_exist() -> None:
    with pytest.raises(InvalidData, match=r"no kind 'unit_moved'; use one of: assessment_"):
        shipped_kinds().kind("unit_moved")


def test_a_list_with_a_kind_twice_is_refused() -> None:
    kinds = shipped_kinds().model_dump()
    twice = (*kinds["kinds"], shipped_kinds().kind("role_created").model_dump())
    with pytest.raises(ValidationError, match="codes twice: role_created"):
        Kinds.model_validate(kinds | {"kinds": twice})


def test_every_shipped_file_is_labelled_as_the_projects_own() -> None:
    labels = [
        shipped_units().label,
        shipped_gates().label,
        shipped_kinds().label,
        shipped_policies().label,
    ]
    assert all("this project" in label for label in labels)
