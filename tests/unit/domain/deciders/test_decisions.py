"""What holds for every command: who may ask, and how late a fact may be recorded."""

from datetime import date, timedelta

import pytest

from domain.actor import RegisterActor, RetireActor
from domain.decisions import COMMANDS, decide, needs
from domain.district import EstablishDistrict
from domain.errors import InvalidData
from domain.facts.district import ActorRetired
from domain.facts.every import EVENT_TYPES
from domain.folding import fold
from domain.message import Command
from domain.review import MergeTrigger
from domain.unit import RegisterUnit, UnitState
from domain.world import World
from tests.support.districts import district
from tests.support.specification import TODAY, Specification

REGISTER = RegisterUnit(unit="PAY", name="Payroll")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_every_command_explains_itself_and_each_of_its_fields() -> None:
    unexplained = [
        f"{command.__name__}.{name}"
        for command in COMMANDS
        for name, field in command.model_fields.items()
        if not field.description
    ]
    assert unexplained == []
    assert [command.__name__ for command in COMMANDS if not command.__doc__] == []


def test_every_event_type_is_reached_by_one_command_of_its_own() -> None:
    assert len(set(COMMANDS)) == len(COMMANDS) == len(EVENT_TYPES)


def test_needs_names_the_target_first_and_everyone_involved_once() -> None:
    circumstances = district().circumstances(on_behalf_of="a-deputy", approved_by="a-chair")
    assert needs(RetireActor(actor="a-steward"), circumstances) == (
        "actor-a-steward",
        "district",
        "actor-a-deputy",
        "actor-a-chair",
    )


def test_nothing_is_recorded_before_the_district_is_established() -> None:
    Specification().refused("district_not_established", REGISTER)
    register = RegisterActor(actor="a-new", role="steward")
    Specification().refused("district_not_established", register, actor="setup")


def test_setup_does_nothing_but_establish_and_register_actors() -> None:
    log = Specification()
    log.when(EstablishDistrict(name="M", time_zone="UTC", clock="server"), actor="setup")
    log.when(RegisterActor(actor="a-1", role="steward"), actor="setup")
    log.refused("setup_may_not", REGISTER, actor="setup")
    log.refused("setup_may_not", REGISTER, actor="a-1", on_behalf_of="setup")
    log.when(REGISTER, actor="a-1")


def test_an_actor_must_be_registered_and_not_retired() -> None:
    log = district().given(ActorRetired(actor="a-deputy"))
    log.refused("unknown_actor", REGISTER, actor="a-nobody")
    log.refused("retired_actor", REGISTER, actor="a-deputy")


def test_a_stranger_does_not_establish_a_district() -> None:
    command = EstablishDistrict(name="M", time_zone="UTC", clock="server")
    Specification().refused("unknown_actor", command, actor="a-nobody")


def test_a_fact_may_be_recorded_for_a_registered_person_even_a_retired_one() -> None:
    log = district().given(ActorRetired(actor="a-deputy"))
    log.refused("unknown_actor", REGISTER, on_behalf_of="a-nobody")
    log.when(REGISTER, on_behalf_of="a-deputy")


def test_the_future_is_not_recorded() -> None:
    district().refused("in_the_future", REGISTER, occurred_on=TODAY + timedelta(days=1))


def test_a_date_that_is_not_the_first_of_its_bracket_is_refused() -> None:
    command = {"occurred_on": date(2026, 2, 2), "precision": "month"}
    district().refused("date_malformed", REGISTER, **command)


def test_a_bracket_that_has_begun_is_not_the_future() -> None:
    district().when(REGISTER, occurred_on=date(2026, 1, 1), precision="year")


@pytest.mark.parametrize("days", [0, 14])
def test_two_weeks_late_needs_no_reason(days: int) -> None:
    district().when(REGISTER, occurred_on=ago(days))


def test_more_than_two_weeks_late_needs_a_reason() -> None:
    log = district()
    log.refused("backdated_without_reason", REGISTER, occurred_on=ago(15))
    log.when(REGISTER, occurred_on=ago(15), reason="the note was mislaid")


def test_lateness_is_counted_from_the_end_of_the_bracket() -> None:
    late = {"occurred_on": date(2026, 1, 1), "precision": "month"}
    log = district()
    log.refused("backdated_without_reason", REGISTER, **late)
    log.today = date(2026, 2, 14)
    log.when(REGISTER, **late)


def test_ninety_days_late_needs_no_approval_and_one_more_does() -> None:
    district().when(REGISTER, occurred_on=ago(90), reason="mislaid")
    late = {"occurred_on": ago(91), "reason": "mislaid"}
    log = district().given(ActorRetired(actor="a-deputy"))
    log.refused("backdated_without_approval", REGISTER, **late)
    log.refused("approver_is_actor", REGISTER, **late, approved_by="a-steward")
    log.refused(
        "approver_is_actor", REGISTER, **late, on_behalf_of="a-chair", approved_by="a-chair"
    )
    log.refused("unknown_actor", REGISTER, **late, approved_by="a-nobody")
    log.refused("setup_may_not", REGISTER, **late, approved_by="setup")
    log.refused("retired_actor", REGISTER, **late, approved_by="a-deputy")
    log.refused("approver_without_role", REGISTER, **late, approved_by="a-analyst")
    log.when(REGISTER, **late, approved_by="a-chair")


def test_approval_does_not_replace_the_reason() -> None:
    late = {"occurred_on": ago(91), "approved_by": "a-chair"}
    district().refused("backdated_without_reason", REGISTER, **late)


def test_a_decision_on_a_stream_that_was_not_read_fails_loudly() -> None:
    log = district()
    with pytest.raises(LookupError, match="was not read"):
        decide(REGISTER, log.circumstances(), World())


def test_a_state_is_not_taken_for_one_of_another_kind() -> None:
    world = World({"unit-HR": fold("actor-a", ())})
    with pytest.raises(TypeError, match="no UnitState"):
        world.get(UnitState, "HR")


def test_a_stream_of_no_known_category_is_refused() -> None:
    with pytest.raises(InvalidData, match="no known category"):
        fold("case-1", ())


def test_a_command_with_an_unknown_or_mistyped_field_is_refused_by_its_own_type() -> None:
    command: type[Command] = MergeTrigger
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        command.model_validate({"review": "R1", "colour": "green"})
