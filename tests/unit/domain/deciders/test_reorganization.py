"""Units end: merged, split or dissolved, with an owner for every piece of their open work."""

from datetime import timedelta

import pytest

from domain.action import ActionState, CompleteActionItem, ReassignActionItem
from domain.activity import (
    AbandonActivity,
    ActivityState,
    ReassignActivity,
)
from domain.correction import RetractFact
from domain.district import DistrictState
from domain.facts.action import ActionItemReassigned
from domain.facts.activity import ActivityReassigned
from domain.facts.district import ActorRegistered, ActorRetired
from domain.facts.reorganization import UnitDissolved, UnitsMerged, UnitSplit
from domain.facts.unit import UnitRegistered
from domain.open_work import OpenWork
from domain.reorganization import NewUnit
from domain.unit import RegisterUnit
from tests.support.offices import BOARD, BOTH, dissolve, handed, merge, offices, plan, split
from tests.support.specification import TODAY, Specification


def the_district(log: Specification) -> DistrictState:
    state = log.state("district")
    assert isinstance(state, DistrictState)
    return state


def open_work(log: Specification, unit: str) -> tuple[str, ...]:
    state = log.state(f"unit:{unit}")
    assert isinstance(state, OpenWork)
    return state.of(unit)


def test_units_merge_into_one_that_is_registered_and_hand_over_their_work() -> None:
    log = offices()
    outcome = log.when(merge(*BOTH))
    outcome.then(
        UnitsMerged(units=("FED", "PRO"), successor="PRG", board_reference=BOARD, work=BOTH),
        ActivityReassigned(activity="A1", owner="a-analyst", units=("PRG", "HR")),
        ActionItemReassigned(action="X1", owner="a-analyst", unit="PRG"),
    )
    assert [each.stream for each in outcome.decisions] == ["district", "activity-A1", "action-X1"]
    assert the_district(log).endings.came_from("PRG") == ("FED", "PRO")


def test_a_merger_concerns_the_district_and_every_unit_of_it_and_the_work() -> None:
    outcome = offices().when(merge(*BOTH))
    assert outcome.events[0].subjects() == (
        "district:all",
        "unit:FED",
        "unit:PRO",
        "unit:PRG",
        "activity:A1",
        "action:X1",
    )
    assert {"unit:FED", "unit:HR", "review:R1"} <= set(outcome.extra_subjects)


def test_work_handed_over_is_the_successors_and_no_more_the_ended_units() -> None:
    log = offices()
    log.when(merge(*BOTH))
    activity, item = log.state("activity-A1"), log.state("action-X1")
    assert isinstance(activity, ActivityState)
    assert isinstance(item, ActionState)
    assert (activity.owner, activity.units) == ("a-analyst", ("PRG", "HR"))
    assert (item.owner, item.unit, item.accepted) == ("a-analyst", "PRG", False)
    assert open_work(log, "FED") == ()
    assert open_work(log, "PRG") == ("action:X1", "activity:A1")


def test_a_successor_may_be_registered_in_the_same_decision() -> None:
    command = merge(
        handed("activity:A1", "NEW"),
        handed("action:X1", "NEW"),
        successor="NEW",
        successor_name="Programs",
    )
    outcome = offices().when(command)
    assert outcome.events[0] == UnitRegistered(unit="NEW", name="Programs")
    assert outcome.decisions[0].stream_is_new
    assert isinstance(outcome.events[1], UnitsMerged)


def test_a_unit_is_split_into_several_and_its_work_goes_to_each() -> None:
    log = offices()
    work = (handed("activity:A1", "PRO"), handed("action:X1", "NEW"))
    successors = {"successors": ("PRO", "NEW"), "heir": "NEW"}
    command = split(*work, **successors, registers=(NewUnit(unit="NEW", name="Grants"),))
    log.when(command).then(
        UnitRegistered(unit="NEW", name="Grants"),
        UnitSplit(
            unit="FED", successors=("PRO", "NEW"), heir="NEW", board_reference=BOARD, work=work
        ),
        ActivityReassigned(activity="A1", owner="a-analyst", units=("PRO", "HR")),
        ActionItemReassigned(action="X1", owner="a-analyst", unit="NEW"),
    )
    assert the_district(log).endings.came_from("PRO") == ("FED",)
    assert list(the_district(log).endings.heirs_of("FED")) == ["NEW"]


def test_a_unit_is_dissolved_and_its_work_goes_to_another() -> None:
    log = offices()
    outcome = log.when(dissolve(*BOTH))
    assert outcome.events[0] == UnitDissolved(
        unit="FED", successor="PRG", board_reference=BOARD, work=BOTH
    )
    assert list(the_district(log).endings.heirs_of("FED")) == ["PRG"]


@pytest.mark.parametrize("command", [merge, split, dissolve])
def test_a_unit_does_not_end_while_its_open_work_has_no_successor(command: object) -> None:
    assert callable(command)
    refusal = offices().refused("open_work_without_successor", command(handed("action:X1")))
    assert "activity:A1 of FED" in refusal.message


def test_work_that_is_over_needs_no_successor() -> None:
    log = offices()
    log.when(AbandonActivity(activity="A1"), reason="the grant ended")
    log.when(CompleteActionItem(action="X1", evidence=("E1",)))
    log.when(merge())


def test_work_whose_completion_was_taken_back_is_open_again() -> None:
    log = offices()
    log.when(CompleteActionItem(action="X1", evidence=("E1",)))
    command = RetractFact(event_id=log.last_id("action-X1"), stream="action-X1")
    log.when(command, reason="another item was meant")
    log.refused("open_work_without_successor", merge(handed("activity:A1")))


def test_work_that_was_given_to_another_unit_before_needs_no_successor() -> None:
    log = offices()
    log.when(ReassignActivity(activity="A1", owner="a-hr-head", units=("HR",)))
    log.when(ReassignActionItem(action="X1", owner="a-hr-head", unit="HR"))
    log.when(merge())


def test_a_plan_corrected_to_another_unit_is_no_open_work_of_the_first() -> None:
    log = offices()
    plan_id = log.last_id("activity-A1")
    log.when(plan("A1", "HR"), corrects=plan_id, reason="HR alone does it")
    log.refused("not_open_work", merge(*BOTH))
    log.when(merge(handed("action:X1")))


def test_only_open_work_of_the_units_that_end_is_handed_over() -> None:
    log = offices()
    log.when(plan("A2", "HR"))
    log.refused("not_open_work", merge(*BOTH, handed("activity:A2")))
    log.refused("not_open_work", merge(*BOTH, handed("action:X9")))


def test_work_is_handed_over_once() -> None:
    offices().refused("handed_over_twice", merge(*BOTH, handed("action:X1", "PRG", "a-chair")))


def test_work_is_handed_to_a_successor_only() -> None:
    work = (handed("activity:A1"), handed("action:X1", "HR"))
    offices().refused("handed_to_no_successor", merge(*work))


def test_work_is_handed_to_a_person_who_acts() -> None:
    log = offices().given(
        ActorRetired(actor="a-chair"),
        ActorRegistered(actor="a-bot", role="scheduler", kind="service"),
    )
    for owner, rule in (
        ("a-nobody", "unknown_actor"),
        ("a-chair", "retired_actor"),
        ("a-bot", "owner_not_a_person"),
    ):
        log.refused(rule, merge(handed("activity:A1"), handed("action:X1", "PRG", owner)))
    log.refused("unknown_actor", merge(handed("activity:A1", "PRG", "a-nobody"), BOTH[1]))


def test_units_that_end_are_registered_and_named_once() -> None:
    log = offices()
    log.refused("unknown_unit", merge(*BOTH, units=("FED", "XX")))
    log.refused("unit_ends_twice", merge(*BOTH, units=("FED", "FED")))


def test_a_unit_ends_once() -> None:
    log = offices()
    log.when(dissolve(*BOTH))
    log.refused("unit_already_ended", dissolve())
    log.refused("unit_already_ended", merge())


def test_a_unit_does_not_come_after_itself() -> None:
    log = offices()
    log.refused("own_successor", merge(*BOTH, successor="PRO"))
    log.refused("own_successor", split(*BOTH, successors=("FED", "PRG")))
    log.refused("own_successor", dissolve(*BOTH, successor="FED"))


def test_a_successor_is_registered_or_named_to_be_registered() -> None:
    log = offices()
    log.refused("unknown_unit", merge(*BOTH, successor="NEW"))
    log.refused("id_already_used", merge(*BOTH, successor_name="Programs"))


def test_a_split_registers_no_unit_that_is_no_successor() -> None:
    stranger = (NewUnit(unit="NEW", name="Grants"),)
    offices().refused("registers_no_successor", split(*BOTH, registers=stranger))


def test_successors_are_named_once_and_the_heir_is_one_of_them() -> None:
    log = offices()
    log.refused("successor_twice", split(*BOTH, successors=("PRG", "PRG")))
    log.refused("heir_not_successor", split(*BOTH, heir="HR"))


def test_a_unit_that_ends_is_no_successor_even_before_its_end() -> None:
    log = offices()
    later = TODAY + timedelta(days=30)
    log.when(dissolve(unit="PRG", successor="PRO"), effective_from=later)
    log.refused("successor_ends", dissolve(*BOTH))


def test_a_code_of_a_unit_that_ended_is_not_used_again() -> None:
    log = offices()
    log.when(merge(*BOTH))
    log.refused("id_already_used", RegisterUnit(unit="FED", name="Federal programs"))


def test_an_ending_is_taken_back_and_the_units_go_on() -> None:
    log = offices()
    log.when(merge(*BOTH))
    command = RetractFact(event_id=log.last_id("district"), stream="district")
    outcome = log.when(command, reason="the board voted it down")
    assert {"unit:FED", "unit:PRO", "unit:PRG"} <= set(outcome.extra_subjects)
    log.when(plan("A2", "PRO"))


def test_an_ending_without_open_work_is_corrected_in_place() -> None:
    log = offices()
    log.when(dissolve(unit="PRO"))
    ending = log.last_id("district")
    other = dissolve(unit="PRO", successor="HR")
    log.when(other, corrects=ending, reason="it went to HR")
    assert the_district(log).endings.came_from("PRG") == ()
    assert the_district(log).endings.came_from("HR") == ("PRO",)


def test_a_unit_with_a_part_in_an_ending_is_not_taken_back_before_it() -> None:
    log = offices()
    log.when(dissolve(unit="PRO"))
    ending = log.last_id("district")
    for unit in ("PRO", "PRG"):
        command = RetractFact(event_id=log.last_id(f"unit-{unit}"), stream=f"unit-{unit}")
        log.refused("others_follow", command, reason="wrong code")
    log.when(RetractFact(event_id=ending, stream="district"), reason="voted down")
    command = RetractFact(event_id=log.last_id("unit-PRO"), stream="unit-PRO")
    log.when(command, reason="wrong code")


def test_units_whose_heirs_point_at_each_other_after_a_correction_end_somewhere() -> None:
    log = offices()
    log.given(
        UnitDissolved(unit="FED", successor="PRO", board_reference=BOARD),
        UnitDissolved(unit="PRO", successor="FED", board_reference=BOARD),
    )
    assert list(the_district(log).endings.heirs_of("FED")) == ["PRO"]
