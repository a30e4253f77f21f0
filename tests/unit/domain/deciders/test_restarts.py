"""A restart takes a unit back to its first stage, with a charter and a cause."""

from datetime import date

from domain.correction import RetractFact
from domain.facts.reorganization import UnitDissolved
from domain.facts.unit import (
    UnitRestarted,
)
from domain.stages import (
    EnterStage,
    RestartUnit,
)
from tests.support.districts import district
from tests.support.staging import at, attested, unit


def restart(**changes: object) -> RestartUnit:
    fields = {"unit": "HR", "cause": "leader_change", "charter": "Partners first"}
    return RestartUnit.model_validate({**fields, **changes})


def test_a_unit_restarts_in_the_first_stage_and_meets_its_gates_anew() -> None:
    log = attested(at("S3"), "S3")
    attested(log, "S1")
    log.when(restart()).then(
        UnitRestarted(unit="HR", from_stage="S3", cause="leader_change", charter="Partners first")
    )
    assert unit(log).stage == "S1"
    assert unit(log).attested == frozenset()
    log.refused("gate_unmet", EnterStage(unit="HR", to_stage="S2"))


def test_a_unit_that_has_designed_nothing_yet_does_not_restart() -> None:
    at("S1").refused("nothing_to_restart", restart())
    district().refused("nothing_to_restart", restart())


def test_a_restart_for_a_merger_follows_one() -> None:
    log = at("S2")
    log.refused("restart_without_merger", restart(cause="merger"))
    log.given(UnitDissolved(unit="IT", successor="HR", board_reference="Item 3"))
    log.when(restart(cause="merger"))


def test_a_restart_for_another_cause_needs_a_reason() -> None:
    log = at("S2")
    log.refused("restart_without_reason", restart(cause="other"))
    log.when(restart(cause="other"), reason="the funding ended")


def test_a_restart_does_not_come_before_the_last_change_of_stage() -> None:
    early = {"occurred_on": date(2026, 1, 4), "reason": "mislaid"}
    at("S3").refused("before_last_stage_change", restart(), **early)


def test_a_restart_is_taken_back_and_the_gates_are_as_they_were() -> None:
    log = attested(at("S3"), "S3")
    before = unit(log).attested
    log.when(restart())
    command = RetractFact(event_id=log.last_id("unit-HR"), stream="unit-HR")
    log.when(command, reason="the board voted it down")
    assert (unit(log).stage, unit(log).attested) == ("S3", before)
