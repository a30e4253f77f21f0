"""A unit: one code for ever, one substantive head at a time, holds with an end."""

from datetime import date

from domain.correction import RetractFact
from domain.facts.district import ActorRetired
from domain.facts.unit import (
    UnitHeadAssigned,
    UnitHeadVacated,
    UnitHoldLifted,
    UnitPutOnHold,
    UnitRegistered,
)
from domain.unit import (
    AssignUnitHead,
    LiftUnitHold,
    PutUnitOnHold,
    RegisterUnit,
    UnitState,
    VacateUnitHead,
)
from tests.support.districts import district
from tests.support.specification import Specification


def unit(log: Specification, code: str) -> UnitState:
    state = log.state(f"unit-{code}")
    assert isinstance(state, UnitState)
    return state


def test_a_unit_is_registered_in_the_first_stage() -> None:
    log = district()
    command = RegisterUnit(unit="PAY", name="Payroll", catalogue_code="PAY", parent="HR")
    log.when(command).then(
        UnitRegistered(unit="PAY", name="Payroll", catalogue_code="PAY", parent="HR")
    )
    assert unit(log, "PAY").stage == "S0"


def test_a_code_that_exists_is_not_used_again() -> None:
    district().refused("id_already_used", RegisterUnit(unit="HR", name="Another"))


def test_a_code_that_was_taken_back_is_not_used_again() -> None:
    log = district()
    log.when(RegisterUnit(unit="PAY", name="Payroll"))
    log.when(RetractFact(event_id=log.last_id("unit-PAY"), stream="unit-PAY"), reason="wrong code")
    log.refused("id_already_used", RegisterUnit(unit="PAY", name="Payroll"))


def test_a_unit_outside_the_catalogue_may_not_claim_a_code_of_it() -> None:
    command = RegisterUnit(unit="X", name="X", catalogue_code="NONE")
    district().refused("unknown_catalogue_unit", command)


def test_a_unit_is_not_part_of_an_unknown_unit() -> None:
    district().refused("unknown_unit", RegisterUnit(unit="X", name="X", parent="Y"))


def test_a_unit_is_not_part_of_itself() -> None:
    district().refused("own_parent", RegisterUnit(unit="X", name="X", parent="X"))


def test_a_head_is_assigned_to_a_unit_without_one() -> None:
    log = district()
    log.when(AssignUnitHead(unit="IT", head="a-deputy")).then(
        UnitHeadAssigned(unit="IT", head="a-deputy", acting=False)
    )
    assert unit(log, "IT").head == "a-deputy"


def test_a_second_substantive_head_is_refused() -> None:
    refusal = district().refused("head_overlaps", AssignUnitHead(unit="HR", head="a-deputy"))
    assert "a-hr-head" in refusal.message


def test_an_acting_head_may_stand_beside_a_substantive_one_and_gives_way_to_a_new_one() -> None:
    log = district()
    log.when(AssignUnitHead(unit="HR", head="a-deputy", acting=True))
    assert unit(log, "HR").heads == {"a-hr-head", "a-deputy"}
    log.when(VacateUnitHead(unit="HR", head="a-hr-head"))
    log.when(AssignUnitHead(unit="HR", head="a-chair"))
    assert unit(log, "HR").heads == {"a-chair"}


def test_an_unknown_or_retired_head_is_refused() -> None:
    log = district().given(ActorRetired(actor="a-deputy"))
    log.refused("unknown_actor", AssignUnitHead(unit="IT", head="a-nobody"))
    log.refused("retired_actor", AssignUnitHead(unit="IT", head="a-deputy"))


def test_a_headship_is_vacated() -> None:
    log = district()
    log.when(VacateUnitHead(unit="HR", head="a-hr-head")).then(
        UnitHeadVacated(unit="HR", head="a-hr-head")
    )
    assert unit(log, "HR").heads == frozenset()


def test_who_does_not_head_the_unit_cannot_vacate_it() -> None:
    district().refused("not_the_head", VacateUnitHead(unit="HR", head="a-deputy"))


def test_commands_about_an_unknown_unit_are_refused() -> None:
    log = district()
    log.refused("unknown_unit", AssignUnitHead(unit="X", head="a-deputy"))
    log.refused("unknown_unit", LiftUnitHold(unit="X"))


HOLD = PutUnitOnHold(unit="IT", until=date(2026, 4, 1), approver="a-chair")


def test_a_unit_is_put_on_hold_from_the_effective_day_to_the_last() -> None:
    log = district()
    log.when(HOLD).then(UnitPutOnHold(unit="IT", until=date(2026, 4, 1), approver="a-chair"))
    state = unit(log, "IT")
    days = (date(2026, 3, 1), date(2026, 3, 2), date(2026, 4, 1), date(2026, 4, 2))
    assert [state.on_hold(day) for day in days] == [False, True, True, False]


def test_a_hold_needs_an_end() -> None:
    district().refused("hold_without_end", PutUnitOnHold(unit="IT", approver="a-chair"))


def test_a_hold_does_not_end_before_it_begins() -> None:
    command = PutUnitOnHold(unit="IT", until=date(2026, 3, 1), approver="a-chair")
    district().refused("hold_ends_before_it_begins", command)


def test_a_unit_on_hold_is_not_put_on_hold_again() -> None:
    log = district()
    log.when(HOLD)
    log.refused("already_on_hold", HOLD)


def test_a_unit_whose_hold_ran_out_may_be_put_on_hold_again() -> None:
    log = district()
    log.when(HOLD)
    log.today = date(2026, 4, 2)
    log.when(PutUnitOnHold(unit="IT", until=date(2026, 5, 1), approver="a-chair"))
    assert unit(log, "IT").on_hold(date(2026, 5, 1))


def test_a_hold_by_an_unknown_approver_is_refused() -> None:
    command = PutUnitOnHold(unit="IT", until=date(2026, 4, 1), approver="a-nobody")
    district().refused("unknown_actor", command)


def test_a_hold_is_lifted_also_after_its_last_day() -> None:
    log = district()
    log.when(HOLD)
    log.today = date(2026, 4, 4)
    log.when(LiftUnitHold(unit="IT")).then(UnitHoldLifted(unit="IT"))


def test_a_unit_that_is_not_on_hold_cannot_have_its_hold_lifted() -> None:
    district().refused("not_on_hold", LiftUnitHold(unit="IT"))
